import { isReading, type Permission } from '../workflow/access/permissions.js';
import { unknownName } from '../workflow/near.name.js';
import { answerText, type PermissionAnswer } from './permission.answer.js';
import { PermissionMatrixError } from './testing.errors.js';

/** A permission, and the answer for each user. */
export interface PermissionRow<User extends string = string> {
  readonly permission: Permission;
  readonly users: Readonly<Record<User, PermissionAnswer>>;
}

/** The permissions of users: a row for each permission, and a column for each user. */
export class PermissionMatrix<User extends string = string> {
  constructor(
    readonly users: readonly User[],
    readonly rows: readonly PermissionRow<User>[],
  ) {}

  /**
   * The permissions that a user has, for all subjects or for some.
   * @throws PermissionMatrixError for an unknown user, and if an answer about the user is `error`
   */
  allowed(user: User): readonly Permission[] {
    if (!this.users.includes(user))
      throw new PermissionMatrixError(`There is an ${unknownName('user', user, this.users)}.`);
    return this.rows.filter(({ permission, users }) => isGranted(user, permission, users[user])).map(named);
  }

  /**
   * Those of the permissions of a user that change something: none if the user may only read.
   * @throws PermissionMatrixError as `allowed`
   */
  allowedChanges(user: User): readonly Permission[] {
    return this.allowed(user).filter((permission) => !isReading(permission));
  }

  /** A table for a terminal. */
  toString(): string {
    const lines = aligned(this.table());
    return lines.map((cells) => cells.join('  ').trimEnd()).join('\n');
  }

  /** A table in Markdown. */
  toMarkdown(): string {
    const [head, ...lines] = aligned(this.table().map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|'))));
    const rule = head!.map((cell) => '-'.repeat(cell.length));
    return [head!, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  }

  /** For snapshots: the answers by permission and user. */
  toJSON(): Readonly<Record<string, Readonly<Record<User, PermissionAnswer>>>> {
    return Object.fromEntries(this.rows.map(({ permission, users }) => [permission, users]));
  }

  private table(): readonly (readonly string[])[] {
    const rows = this.rows.map(({ permission, users }) => [
      permission,
      ...this.users.map((user) => answerText(users[user])),
    ]);
    return [['permission', ...this.users], ...rows];
  }
}

const named = ({ permission }: PermissionRow): Permission => permission;

/** @throws PermissionMatrixError for an error, behind which a permission may hide */
function isGranted(user: string, permission: Permission, answer: PermissionAnswer): boolean {
  if (answer.access === 'error')
    throw new PermissionMatrixError(
      `Nobody knows whether "${user}" has ${permission}, as deciding failed (${answer.error}).`,
    );
  return answer.access !== 'none';
}

/** The cells of each column, with spaces up to the width of the longest. */
function aligned(table: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  return table.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column]!)));
}
