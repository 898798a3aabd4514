import { isFields, isRowId, objectProblem, unknownFieldProblems } from '../workflow/input.checks.js';
import { Input, inputNames, inputProblems, type InputClass } from '../workflow/input.fields.js';
import { countOf, text } from '../workflow/input.kinds.js';
import { NOT_A_CURSOR } from '../workflow/input.wording.js';
import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { AuditFilterFields } from '../workflow/audit.filter.js';
import type { AuditEntry } from '../workflow/audit.entry.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidAuditRequestError } from './audit.errors.js';

/** Longer than any real cursor. */
const MAX_CURSOR_LENGTH = 64;

/** The fields of `AuditListRequest`. */
export class AuditListFields extends AuditFilterFields {
  /** From 1 to 100. @default 20 */
  @Input(countOf(PAGE_BOUNDS), 'The number of entries on a page.')
  readonly limit?: number;

  /** Requests the page after this cursor. */
  @Input(text(MAX_CURSOR_LENGTH), 'A cursor. Selects the page after it.')
  readonly after?: string;
}

/** Selects entries of the audit log, and the page of them. */
export type AuditListRequest = Readonly<AuditListFields>;

/** The fields of `AuditChainRequest`. */
export class AuditChainFields {
  /** The chain of this namespace; empty for the chain of what belongs to none. @default all chains */
  @Input(text(), 'The namespace of the chain, or empty for what belongs to none. If omitted, all chains.')
  readonly namespace?: string;
}

/** Selects one chain, or all. */
export type AuditChainRequest = Readonly<AuditChainFields>;

/** A page of the audit log, the newest entry first. */
export interface AuditPage {
  readonly items: readonly { readonly entry: AuditEntry; readonly cursor: string }[];
  /** Whether there are older entries. */
  readonly hasNext: boolean;
}

/** @throws InvalidAuditRequestError with every problem; types are checked too, because it may come from JavaScript */
export function checkRequest(input: InputClass, request: unknown): void {
  const problems = isFields(request)
    ? [...unknownFieldProblems(request, inputNames(input)), ...inputProblems(input, request)]
    : [objectProblem('', request)];
  refuse(problems);
}

/** The id of the entry at which a cursor stands. @throws InvalidAuditRequestError */
export function entryAt(cursor: string): string {
  const [, id] = PATTERN.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!isRowId(id)) throw new InvalidAuditRequestError([{ pointer: '/after', message: NOT_A_CURSOR }]);
  return id;
}

/** The position of an entry in the list, as opaque text. */
export const cursorOf = ({ id }: AuditEntry): string =>
  Buffer.from(JSON.stringify(['audit', id])).toString('base64url');

const PATTERN = /^\["audit","(\d+)"\]$/;

function refuse(found: readonly (Problem | null)[]): void {
  const problems = found.filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidAuditRequestError(problems);
}
