import type { AuditReport } from '../audit/audit.service.js';
import type { AuditFaultKind } from '../audit/audit.findings.js';
import { logText } from '../workflow/log.text.js';

const MEANINGS: Readonly<Record<AuditFaultKind, string>> = {
  changed: 'is not what was sealed',
  missing: 'was removed',
  inserted: 'was not sealed by nestjs-tasker',
  resealed: 'has another hash than the head that was kept',
};
const HEADERS = ['NAMESPACE', 'ENTRIES', 'FAULT', 'MEANING'];

/** The result of a verification as lines for people: the faults as a table, and a sentence. */
export function faultTable({ entries, erased, faults }: AuditReport): readonly string[] {
  const rows = faults.map(({ namespace, seq, throughSeq, kind }) => [
    logText(namespace ?? '(none)'),
    seq === throughSeq ? seq : `${seq}-${throughSeq}`,
    kind,
    MEANINGS[kind],
  ]);
  const counted = `${entries} entries were checked; the details of ${erased} are erased.`;
  if (rows.length === 0) return [`The audit log is as it was sealed. ${counted}`];
  return [...aligned([HEADERS, ...rows]), `The audit log is not as it was sealed. ${counted}`];
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADERS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
