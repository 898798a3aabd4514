import { logText } from '../workflow/log.text.js';
import { AbortedTransactionError, DatabaseTimeoutError, LostConnectionError } from './persistence.errors.js';

const FAILED_TRANSACTION = '25P02';

/** Converts an error of the database to a clearer one, if there is one. */
export function translateError(error: unknown): unknown {
  if (sqlStateOf(error) !== FAILED_TRANSACTION) return error;
  return new AbortedTransactionError({ cause: (error as { driverError?: Error }).driverError ?? error });
}

/** Matches SQLSTATEs, but not the codes of Node that have five letters, too. */
const SQL_STATE = /^(\d\w|F0|HV|P0|XX)\w{3}$/;

/**
 * SQLSTATEs that affect all statements alike or pass by themselves. `sql/functions/is_of_one_part.sql` has the same
 * rule.
 */
const OF_THE_WHOLE = /^(08...|25...|40...|53(?!200)...|57...|58...|55P03)$/;

/**
 * Whether the server refused a statement for a reason that may lie in one of its rows or tables, so that the same work
 * without that part may succeed.
 */
export function isOfOnePart(error: unknown): boolean {
  const state = sqlStateOf(error);
  return SQL_STATE.test(state) && !OF_THE_WHOLE.test(state);
}

/**
 * The codes of an outage. A connection could not be opened or was lost: errors of the network, connection exceptions
 * (08), a server that shuts down, crashed or starts (57P01 to 57P03), too many connections (53300). Or the database is
 * too slow, so that a time limit of the host applies: of statements (57014), locks (55P03) or sessions (57P05, 25P03,
 * 25P04).
 */
const OUTAGE =
  /^(08...|57P0[1235]|57014|55P03|25P0[34]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The messages of `pg` and its pool about an outage, which have no code. */
const OUTAGE_IN_WORDS =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|Query read timeout$|timeout (expired|exceeded when trying to connect)$)/;

/** TypeORM releases a lost connection at once, and then reports that it was released. */
const RELEASED: ReadonlySet<string> = new Set([
  'QueryRunnerAlreadyReleasedError',
  'QueryRunnerProviderAlreadyReleasedError',
]);

/** Whether the error means that the database could not be reached, or that the connection was lost. */
export function isOutage(error: unknown): boolean {
  if (error instanceof LostConnectionError || error instanceof DatabaseTimeoutError) return true;
  // An aborted request has a code of the network, too, but also an HTTP status.
  if (typeof (error as { statusCode?: unknown } | null)?.statusCode === 'number') return false;
  const code = sqlStateOf(error);
  if (code !== '' || !(error instanceof Error)) return OUTAGE.test(code);
  return OUTAGE_IN_WORDS.test(error.message) || RELEASED.has(error.constructor.name);
}

/** The error of an outage on one line, without a stack, because the place in the code does not explain it. */
export function outageReason(error: unknown): string {
  const { message = String(error) } = (error ?? {}) as { message?: string };
  const code = sqlStateOf(error);
  const [first = ''] = (message || code || 'the connection was lost').replace(/\.$/, '').split('\n');
  const line = logText(first);
  return code !== '' && !line.includes(code) && !code.startsWith('TASKER_') ? `${line} (${code})` : line;
}

/** The SQLSTATE of an error; empty if it does not come from the database. */
export function sqlStateOf(error: unknown): string {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}
