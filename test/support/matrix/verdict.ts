import { PERMISSIONS } from 'nestjs-tasker';
import { STEP_PARTS, TASK_PARTS } from '../../../lib/auth/part.access.js';
import type { Answer } from './asking.js';
import { OUT_OF_SCOPE, type Cell } from './cells.js';
import { nullability } from './document.js';
import { leaksOf, shapeOf, withNull } from './likeness.js';
import { FORBIDDEN, UNAUTHENTICATED, UNSEEN, type Refusal } from './refusals.js';
import type { FieldRow, RouteRow, Row } from './rows.js';
import { documentsOf, successesOf } from './schema.js';
import { SECRETS } from './stage.js';
import { mayDo, maySee, type MatrixUser } from './users.js';

/** What was answered, and what should have been, in the same words. */
export interface Verdict {
  readonly seen: unknown;
  readonly expected: unknown;
}

/** Other answers with which one is compared. */
export interface References {
  /** To the same row. */
  readonly asAdmin: Answer;
  /** To the same user, about something that does not exist; null: the row names nothing. */
  readonly ofNothing: Answer | null;
  /** What was named in the one, and in the other. */
  readonly named: readonly string[];
}

/** Judges an answer by what the row declares and the user was granted. */
export function verdictOn(cell: Cell, answer: Answer, references: References): Verdict {
  const { row } = cell;
  return row.face === 'rest' ? onRoute(row, cell, answer, references) : onField(row, cell, answer, references);
}

/** Judges an answer to someone who is refused whatever the operation is. */
export function verdictOnRefusal(
  { face, isStream }: Row,
  { status, headers, body }: Answer,
  refusal: Refusal,
): Verdict {
  const { code, header, closedWith } = refusal;
  if (isStream && face === 'graphql') return { seen: { status }, expected: { status: closedWith } };
  if (face === 'graphql') return { seen: { code: body?.errors?.map(errorSeen)[0]?.code }, expected: { code } };
  return {
    seen: { status, code: body?.code, hasHeader: header !== null && header in headers },
    expected: { status: refusal.status, code, hasHeader: header !== null },
  };
}

/** The secrets in an answer that the user may not see, whatever the operation declares. */
export function secretsFor(user: MatrixUser | null, { body }: Answer): readonly string[] {
  const text = JSON.stringify(body);
  return Object.entries(SECRETS)
    .filter(([secret, permission]) => text.includes(secret) && (user === null || !maySee(user, permission)))
    .map(([secret]) => secret);
}

function onRoute(row: RouteRow, { user, column }: Cell, answer: Answer, references: References): Verdict {
  const { status, headers, body } = answer;
  const isPublic = row.needs.length === 0;
  if (user === null && !isPublic) {
    return {
      seen: { status, code: body?.code, challenge: headers[UNAUTHENTICATED.header!] },
      expected: { status: UNAUTHENTICATED.status, code: UNAUTHENTICATED.code, challenge: 'Bearer' },
    };
  }
  const missing = row.needs.find((permission) => !mayDo(user!, permission));
  if (missing !== undefined) {
    return {
      seen: { status, code: body?.code, names: namesIn(body?.detail) },
      expected: { status: FORBIDDEN.status, code: FORBIDDEN.code, names: [missing] },
    };
  }
  const isDone = successesOf(row.id).includes(status);
  const done = { status: isDone ? 'carried out' : status };
  const expected = { status: 'carried out' };
  const isScoped = column === OUT_OF_SCOPE && !isPublic && row.sample?.keepsScope !== true;
  if (isScoped && row.names) {
    return {
      seen: { status, isUnknown: isUnknown(body?.code), body: anonymous(body, references) },
      expected: { status: UNSEEN.status, isUnknown: true, body: anonymous(references.ofNothing!.body, references) },
    };
  }
  if (row.isStream) {
    return {
      seen: { ...done, namespace: body?.namespace },
      expected: { ...expected, namespace: isScoped ? 'office' : 'shop' },
    };
  }
  if (isScoped) return { seen: { ...done, leaks: leaksOf(body) }, expected: { ...expected, leaks: [] } };
  return {
    seen: { ...done, body: shapeOf(body) },
    expected: { ...expected, body: shapeOf(shownTo(user, row, references.asAdmin.body)) },
  };
}

/** What a user may see of an answer of which an admin sees everything. */
function shownTo(user: MatrixUser | null, { id }: RouteRow, body: Readonly<Record<string, unknown>>): unknown {
  const where = documentsOf(id);
  if (where === null || user === null) return body;
  if (where === 'itself') return withheldFrom(user, body);
  return { ...body, [where.list]: (body[where.list] as readonly object[]).map((each) => withheldFrom(user, each)) };
}

/** Parts of a task are absent, and those of steps null. */
function withheldFrom(user: MatrixUser, document: object): object {
  const shown: Record<string, unknown> = { ...document };
  const withheld: string[] = [];
  const isStep = Object.keys(STEP_PARTS).every((field) => field in document);
  for (const [part, permission] of Object.entries(TASK_PARTS)) {
    if (isStep || !(part in document) || maySee(user, permission)) continue;
    withheld.push(part);
    Reflect.deleteProperty(shown, part);
  }
  for (const [field, permission] of Object.entries(STEP_PARTS)) {
    if (maySee(user, permission)) continue;
    if (isStep) {
      withheld.push(field);
      shown[field] = null;
    }
    for (const list of ['steps', 'transitions']) {
      const each = shown[list] as readonly object[] | undefined;
      if (!each?.some((one) => field in one)) continue;
      withheld.push(`${list}.${field}`);
      shown[list] = each.map((one) => ({ ...one, [field]: null }));
    }
  }
  return withheld.length > 0 ? { ...shown, withheld } : shown;
}

function onField(row: FieldRow, { user, column }: Cell, answer: Answer, references: References): Verdict {
  const { status, body } = answer;
  const { data = null, errors = [] } = body ?? {};
  const seen = { data: shapeOf(data), errors: errors.map(errorSeen).toSorted(byPath) };
  if (user === null) {
    if (row.isStream) return { seen: { status }, expected: { status: UNAUTHENTICATED.closedWith } };
    return { seen, expected: refusedAt(row, 0, UNAUTHENTICATED.code, []) };
  }
  const at = row.chain.findIndex(({ needs }) => needs.some((permission) => !mayDo(user, permission)));
  if (at >= 0) {
    const missing = row.chain[at]!.needs.find((permission) => !mayDo(user, permission))!;
    const expected = refusedAt(row, at, FORBIDDEN.code, [missing]);
    if (!row.isStream || at > 0) return { seen, expected };
    const said = ({ code, names }: ErrorSeen): object => ({ code, names }); // the drivers differ in what else they say
    return { seen: seen.errors.map(said), expected: expected.errors.map(said) };
  }
  if (column === OUT_OF_SCOPE) return outOfScope(row, answer, references);
  const hidden = row.parts.filter(({ permission }) => !maySee(user, permission));
  const whole = shapeOf(references.asAdmin.body?.data ?? null);
  return {
    seen,
    expected: {
      data: hidden.reduce((shown, { path }) => withNull(shown, path), whole),
      errors: hidden
        .filter(({ permission, isSilent }) => !isSilent && !mayDo(user, permission))
        .map(({ path, permission }): ErrorSeen => ({
          ...{ path: path.join('.'), code: FORBIDDEN.code, names: [permission] },
        }))
        .toSorted(byPath),
    },
  };
}

function outOfScope(row: FieldRow, { body }: Answer, references: References): Verdict {
  const { data = null, errors = [] } = body ?? {};
  const [root] = row.chain[0].path as [string];
  if (row.names) {
    const payload = data?.[root];
    const code = errors[0]?.extensions?.code ?? payload?.userErrors?.[0]?.code;
    return {
      seen: { isUnknown: payload === null || isUnknown(code), body: anonymous(body, references) },
      expected: { isUnknown: true, body: anonymous(references.ofNothing!.body, references) },
    };
  }
  const problems = errors.map(errorSeen) as object[];
  if (row.isStream && row.chain.length === 1) {
    return { seen: { namespace: data?.[root]?.namespace, problems }, expected: { namespace: 'office', problems: [] } };
  }
  return { seen: { leaks: leaksOf(data), problems }, expected: { leaks: [], problems: [] } };
}

interface ErrorSeen {
  /** Without the places in lists. */
  readonly path: string;
  readonly code: string;
  /** The permissions that it names. */
  readonly names: readonly string[];
}

interface FieldError {
  readonly path?: readonly unknown[];
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

function errorSeen({ path = [], message, extensions }: FieldError): ErrorSeen {
  const names = path.map(String).filter((name) => !/^\d+$/.test(name));
  return { path: names.join('.'), code: extensions?.code ?? '', names: namesIn(message) };
}

const byPath = (one: ErrorSeen, other: ErrorSeen): number => (one.path < other.path ? -1 : 1);

/** The nearest field that may be null is, as GraphQL has it. */
function refusedAt(
  row: FieldRow,
  at: number,
  code: string,
  names: readonly string[],
): { readonly data: unknown; readonly errors: readonly ErrorSeen[] } {
  const { path } = row.chain[at]!;
  const last = nullability(row)
    .slice(0, at + 1)
    .lastIndexOf(true);
  const data = path.slice(0, last + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), null);
  return { data, errors: [{ path: path.join('.'), code, names }] };
}

/** The text of an answer without what it is about. */
function anonymous(body: unknown, { named }: References): string {
  return JSON.stringify(body).replaceAll(new RegExp(`\\b(?:${named.join('|')})\\b`, 'g'), '…');
}

function namesIn(text: unknown): readonly string[] {
  return PERMISSIONS.filter((permission) => new RegExp(`${permission}(?!\\w)`).test(String(text)));
}

function isUnknown(code: unknown): boolean {
  return String(code).startsWith('TASKER_UNKNOWN_');
}
