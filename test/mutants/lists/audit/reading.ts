import type { MutantsOfFile } from '../../mutant.js';
import { auditCommand, auditReading, linesAnswer } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/persistence/audit-list.gateway.ts',
    tests: [auditReading],
    mutants: [
      {
        mistake: 'shows entries of all namespaces',
        find: '...(within === null ? [] : [`e.namespace = any (${parameters.add(within)}::text[])`]),',
        replace: '',
      },
      {
        mistake: 'repeats the last entry of a page on the next one',
        find: 'e.entry_id < ${parameters.add(olderThan)}',
        replace: 'e.entry_id <= ${parameters.add(olderThan)}',
      },
      {
        mistake: 'compares ids as texts',
        find: 'order by f.id::bigint desc',
        replace: 'order by f.id desc',
      },
      {
        mistake: 'says that what belongs to no namespace belongs to one without a name',
        find: `nullif(e.namespace, '') as namespace`,
        replace: 'e.namespace',
      },
    ],
  },
  {
    file: 'lib/audit/audit.service.ts',
    tests: [auditReading],
    mutants: [
      {
        mistake: 'verifies and exports any namespace for users who are limited to others',
        find: 'return visible === null || visible.includes(namespace) ? [namespace] : [];',
        replace: 'return [namespace];',
      },
      {
        mistake: 'verifies once and never again',
        find: 'this.isVerifying = false;\n    }',
        replace: '}',
      },
      {
        mistake: 'verifies any number of times at once',
        find: 'if (this.isVerifying) throw new AuditVerificationInProgressError();',
        replace: '',
      },
      {
        mistake: 'says that the last page has a next one',
        find: 'hasNext: found.length > limit',
        replace: 'hasNext: found.length > 0',
      },
      {
        mistake: 'ignores the heads that were kept',
        find: 'this.verifier.verify(chosen(request, within), heads)',
        replace: 'this.verifier.verify(chosen(request, within), heads.slice(heads.length))',
      },
      {
        mistake: 'exports only the first entries of a chain',
        find: 'entries = await this.chains.entriesAfter(namespace, entries.at(-1)!.seq, EXPORT_BATCH);',
        replace: 'entries = [];',
      },
    ],
  },
  {
    file: 'lib/audit/audit.request.ts',
    tests: [auditReading],
    mutants: [
      {
        mistake: 'takes the cursor of another list',
        find: String.raw`/^\["audit","(\d+)"\]$/`,
        replace: String.raw`/^\["\w+","(\d+)"\]$/`,
      },
    ],
  },
  {
    file: 'lib/audit/audit.file.verifier.ts',
    tests: [auditCommand],
    mutants: [
      {
        mistake: 'believes any beginning of a chain',
        find: `place === '0' ? GENESIS : previousHash`,
        replace: 'previousHash',
      },
      {
        mistake: 'misses what is missing at the beginning of an export',
        find: 'walk.requireRemoval(before);',
        replace: '',
      },
      {
        mistake: 'misses what is missing at the end of an export',
        find: 'walk.end(walk.head);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/cli/audit.command.ts',
    tests: [auditCommand],
    mutants: [
      {
        mistake: 'ends as if nothing were wrong',
        find: 'if (!report.isValid) exit(EXIT.refused);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/rest/lines.answer.ts',
    tests: [linesAnswer],
    mutants: [
      {
        mistake: 'ends an answer that lacks lines as if it were complete',
        find: 'tell(error);\n    throw error;',
        replace: 'tell(error);',
      },
      {
        mistake: 'sends the status before anything can be read',
        find: 'const first = await iterator.next(); // before the status is sent, so that an outage has its own\n    const raw = this.begin(response);',
        replace:
          'const raw = this.begin(response);\n    const first = await iterator.next().catch(() => ({ done: true, value: null }) as const);',
      },
    ],
  },
];
