import { PERMISSIONS, type Permission } from 'nestjs-tasker';
import { STEP_PARTS, TASK_PARTS } from '../../../lib/auth/part.access.js';
import type { Row } from './rows.js';
import { documentsOf } from './schema.js';
import { ADMIN, BY_ROLE, mayDo, NOWHERE, only, OPERATOR, READER, scoped, without, type MatrixUser } from './users.js';

/** A row as one kind of user asks for it. */
export interface Cell {
  readonly row: Row;
  readonly column: string;
  /** Null: nobody, as there are no credentials. */
  readonly user: MatrixUser | null;
}

export const OUT_OF_SCOPE = 'out of scope';
export const AS_ADMIN = 'admin';

/** The namespace whose tasks others may not see. */
const OFFICE = { namespaces: ['office'] };
const PARTS: readonly Permission[] = [...new Set([...Object.values(TASK_PARTS), ...Object.values(STEP_PARTS)])];

/**
 * Every kind of user, and for each permission that the row declares one who has all others.
 * @param roles of the users that the default coordinator decides about
 */
export function cellsOf(row: Row, roles: readonly string[]): readonly Cell[] {
  const cell = (column: string, user: MatrixUser | null): Cell => ({ row, column, user });
  const parts = partsOf(row).filter((permission) => !row.needs.includes(permission));
  const stranger = outOfScope(row);
  return [
    cell('nobody', null),
    ...(stranger ? [cell(OUT_OF_SCOPE, stranger)] : []),
    cell('reader', READER),
    cell('operator', OPERATOR),
    cell(AS_ADMIN, ADMIN),
    ...roles.map((role) => cell(`the role ${role}`, BY_ROLE[role]!)),
    cell('only what it declares', only(allNeedsOf(row))),
    ...[...row.needs, ...parts].map((permission) => cell(`all but ${permission}`, without(permission))),
    ...parts.map((permission) => cell(`${permission} out of scope`, scoped(NOWHERE, permission))),
  ];
}

/** A route, a query, a mutation or a subscription; not a field of an answer. */
export function isOperation(row: Row): boolean {
  return row.face === 'rest' || row.chain.length === 1;
}

/** The permissions of the parts of its answer. */
function partsOf(row: Row): readonly Permission[] {
  if (row.face === 'graphql') return [...new Set(row.parts.map(({ permission }) => permission))];
  return documentsOf(row.id) === null ? [] : PARTS;
}

/** The permissions of the row, and of the fields on the way to it. */
export function allNeedsOf(row: Row): readonly Permission[] {
  return row.face === 'rest' ? row.needs : row.chain.flatMap(({ needs }) => needs);
}

/**
 * A user who has every permission, and for whom what the row is about is not there. Null: the user would see as much of a field
 * as of the object that it belongs to.
 */
function outOfScope(row: Row): MatrixUser | null {
  if (row.face === 'rest' || isOperation(row))
    return scoped(row.isStream && !row.names ? OFFICE : NOWHERE, ...PERMISSIONS);
  const [own] = row.needs;
  const before = row.chain.slice(0, -1).flatMap(({ needs }) => needs);
  return own === undefined || (row.isStream && before.includes(own)) ? null : scoped(NOWHERE, own);
}

/** Whether the operation is carried out for the user. */
export function isGranted({ row, column, user }: Cell): boolean {
  if (column === OUT_OF_SCOPE && (row.names || row.sample?.keepsScope !== true)) return false;
  return user === null ? row.needs.length === 0 : allNeedsOf(row).every((permission) => mayDo(user, permission));
}

/** Whether the user, who is refused anyway, asks about something that does not exist: the answer must be the same. */
export function asksAboutNothing(cell: Cell): boolean {
  return !isGranted(cell) && ['nobody', 'reader', 'operator'].includes(cell.column);
}
