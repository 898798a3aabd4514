import type { PublishedAuditHead } from '../options/audit-heads.options.js';
import type { AuditHead, SealedEntry } from '../persistence/audit.gateway.js';
import { isFields, isRowId } from '../workflow/input.checks.js';

/** An entry as a line of an export: what the chain contains, from which anyone can compute the hashes again. */
export interface AuditExportLine {
  /** Null for the chain of what belongs to no namespace. */
  readonly namespace: string | null;
  readonly seq: string;
  readonly id: string;
  /** When it happened, in microseconds since 1970. */
  readonly occurredAtMicros: string;
  readonly operation: string;
  readonly permission: string | null;
  readonly face: string;
  readonly actor: string | null;
  readonly method: string | null;
  readonly tokenId: string | null;
  readonly correlationId: string | null;
  readonly subjectKind: string;
  readonly subjectId: string | null;
  readonly taskId: string | null;
  readonly outcome: string;
  readonly code: string | null;
  /** The JSON of the details as a text, exactly as it was hashed; null if the details were erased. */
  readonly details: string | null;
  /** In hexadecimal digits, as all hashes are; null if the details were erased. */
  readonly salt: string | null;
  readonly detailsHash: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** The head of a chain, for people and other systems. */
export interface AuditChainHead {
  /** Null for the chain of what belongs to no namespace. */
  readonly namespace: string | null;
  /** The place of the last entry; '0' if there is none. */
  readonly seq: string;
  /** The hash of the last entry, in hexadecimal digits. */
  readonly hash: string;
}

/** The fields that the hash covers, in their order: see `FIELDS` in the gateway. */
const FIELDS = [
  ...(['id', 'occurredAtMicros', 'operation', 'permission', 'face', 'actor', 'method', 'tokenId'] as const),
  ...(['correlationId', 'subjectKind', 'subjectId', 'taskId', 'outcome', 'code'] as const),
] satisfies readonly (keyof AuditExportLine)[];
const SEAL = ['details', 'salt', 'detailsHash', 'previousHash', 'hash'] as const;

/** The line of an entry, as JSON. */
export function exportLine(namespace: string, entry: SealedEntry): string {
  const values = JSON.parse(`[${entry.fields}]`) as readonly (string | null)[];
  const fields = Object.fromEntries(FIELDS.map((field, index) => [field, values[index]]));
  const seal = Object.fromEntries(SEAL.map((field) => [field, entry[field]]));
  return JSON.stringify({ namespace: namespace || null, seq: entry.seq, ...fields, ...seal });
}

/** The entry of a line, and the namespace of its chain; null if it is not the line of an export. */
export function entryOfLine(text: string): { readonly namespace: string; readonly entry: SealedEntry } | null {
  const line = read(text);
  if (!line || !isChainPlace(line) || ![...FIELDS, ...SEAL].every((field) => isText(line[field]))) return null;
  const { namespace, seq, id, details, salt, detailsHash, previousHash, hash } = line as unknown as AuditExportLine;
  if ((details === null) !== (salt === null)) return null;
  // As PostgreSQL writes a JSON array, without its brackets.
  const fields = FIELDS.map((field) => JSON.stringify(line[field])).join(', ');
  return { namespace: namespace ?? '', entry: { id, seq, fields, details, salt, detailsHash, previousHash, hash } };
}

/** The head of a line, with its signature if it has one; null if the line is not a head. */
export function headOfLine(text: string): AuditChainHead | PublishedAuditHead | null {
  const line = read(text);
  if (!line || !isChainPlace(line) || typeof line.hash !== 'string' || !isText(line.signature ?? null)) return null;
  return line as unknown as AuditChainHead | PublishedAuditHead;
}

/** The head as others see it. */
export const shownHead = ({ namespace, seq, hash }: AuditHead): AuditChainHead => ({
  namespace: namespace || null,
  seq,
  hash,
});

/** A head that others have seen, as the chains have it. */
export const hiddenHead = ({ namespace, seq, hash }: AuditChainHead): AuditHead => ({
  namespace: namespace ?? '',
  seq,
  hash,
});

type Line = Readonly<Record<string, unknown>>;

function read(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return isFields(line) ? line : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown): boolean => value === null || typeof value === 'string';

const isChainPlace = ({ namespace, seq }: Line): boolean => isText(namespace) && (seq === '0' || isRowId(seq));
