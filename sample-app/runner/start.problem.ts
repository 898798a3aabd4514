import { TaskerError } from 'nestjs-tasker';

/** Something that whoever started the demo can mend, told in one sentence. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

const SCRIPT_PROBLEMS = ['EmbeddedPostgresError', 'DatabaseUnreachableError'];
const INSUFFICIENT_PRIVILEGE = '42501';

/** One sentence for what a user can mend, and the whole stack for what only a developer can. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isUnprivileged(error)) {
    return `The user of DATABASE_URL may not create tables (${error.message}): grant it CREATE on the database and its schema public, or unset DATABASE_URL to use an embedded server.`;
  }
  const isExplained = error instanceof StartProblem || error instanceof TaskerError;
  if (isExplained || SCRIPT_PROBLEMS.includes(error.name)) return error.message;
  return error.stack ?? error.message;
}

/** PostgreSQL's own error, or TypeORM's or the library's around it. */
function isUnprivileged(error: Error): boolean {
  const code: unknown = Reflect.get(error, 'code');
  return code === INSUFFICIENT_PRIVILEGE || (error.cause instanceof Error && isUnprivileged(error.cause));
}
