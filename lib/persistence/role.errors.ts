import { TaskerError } from '../workflow/tasker.error.js';

const MOST_NAMED = 3;

/** The privileges that a role needs on one object, such as `select, insert` on `table tasker.tasks`. */
export interface Privileges {
  readonly object: string;
  readonly privileges: string;
  readonly owner: string;
}

export class UnknownRoleError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_ROLE';

  constructor(readonly role: string) {
    super(`PostgreSQL has no role "${role}"; create it, or name the role of the application with --app-role.`);
  }
}

/** The user who migrates may not grant the privileges that the application needs. Nothing was changed. */
export class UngrantablePrivilegeError extends TaskerError {
  readonly code = 'TASKER_UNGRANTABLE_PRIVILEGE';

  constructor(
    readonly user: string,
    readonly role: string,
    { object, privileges, owner }: Privileges,
  ) {
    super(
      `The user "${user}" may not grant ${privileges} on ${object} to "${role}", and nothing was changed; ` +
        `migrate as its owner "${owner}".`,
    );
  }
}

/** The role of this application lacks privileges that the package needs. */
export class LackingPrivilegesError extends TaskerError {
  readonly code = 'TASKER_LACKING_PRIVILEGES';

  constructor(
    readonly role: string,
    readonly schema: string,
    readonly missing: readonly Privileges[],
  ) {
    super(
      `The role "${role}" lacks privileges that nestjs-tasker needs: ${someOf(missing)}. ` +
        `Run \`npx nestjs-tasker migrate --schema ${schema} --app-role ${role}\` as "${missing[0]!.owner}".`,
    );
    this.hide('missing');
  }
}

function someOf(missing: readonly Privileges[]): string {
  const named = missing.slice(0, MOST_NAMED).map(({ privileges, object }) => `${privileges} on ${object}`);
  const more = missing.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and on ${more} more objects` : ''}`;
}
