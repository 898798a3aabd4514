import { logText } from '../workflow/log.text.js';
import { AbortedTransactionError, DatabaseTimeoutError, LostConnectionError } from './persistence.errors.js';

const FAILED_TRANSACTION = '25P02';

/** The error that says what happened where the database's own says little. */
export function translateError(error: unknown): unknown {
  if (sqlStateOf(error) !== FAILED_TRANSACTION) return error;
  return new AbortedTransactionError({ cause: (error as { driverError?: Error }).driverError ?? error });
}

/** SQLSTATEs, apart from the codes of Node that are five letters, too. */
const SQL_STATE = /^(\d\w|F0|HV|P0|XX)\w{3}$/;

/** What hits every statement alike or passes by itself; see `sql/functions/is_of_one_part.sql`, which has the same rule. */
const OF_THE_WHOLE = /^(08...|25...|40...|53(?!200)...|57...|58...|55P03)$/;

/**
 * Whether the server undid a statement for something that may lie in one row of it, or in one table that it touches: the same
 * work without that part may succeed.
 */
export function isOfOnePart(error: unknown): boolean {
  const state = sqlStateOf(error);
  return SQL_STATE.test(state) && !OF_THE_WHOLE.test(state);
}

/**
 * By which a connection could not be opened, or was lost: errors of the network, connection exceptions (08), a server that
 * shuts down, crashed or starts (57P01 to 57P03), too many connections (53300). And time limits of the host's, which say the
 * same of a database that is too slow to serve: of statements (57014), locks (55P03), and sessions (57P05, 25P03, 25P04).
 */
const OUTAGE =
  /^(08...|57P0[1235]|57014|55P03|25P0[34]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The same as `pg` and its pool say it, who give no code. */
const OUTAGE_IN_WORDS =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|Query read timeout$|timeout (expired|exceeded when trying to connect)$)/;

/** TypeORM gives a connection back as soon as it is lost, and says that it was given back. */
const RELEASED: ReadonlySet<string> = new Set([
  'QueryRunnerAlreadyReleasedError',
  'QueryRunnerProviderAlreadyReleasedError',
]);

/** Whether the database could not be reached, or no longer, when it was asked. */
export function isOutage(error: unknown): boolean {
  if (error instanceof LostConnectionError || error instanceof DatabaseTimeoutError) return true;
  // A request that broke off has a code of the network, too, and the status that the caller would have got.
  if (typeof (error as { statusCode?: unknown } | null)?.statusCode === 'number') return false;
  const code = sqlStateOf(error);
  if (code !== '' || !(error instanceof Error)) return OUTAGE.test(code);
  return OUTAGE_IN_WORDS.test(error.message) || RELEASED.has(error.constructor.name);
}

/** What was thrown, in one line and without a stack: of an outage, the place in our code says nothing. */
export function outageReason(error: unknown): string {
  const { message = String(error) } = (error ?? {}) as { message?: string };
  const code = sqlStateOf(error);
  const [first = ''] = (message || code || 'the connection was lost').replace(/\.$/, '').split('\n');
  const line = logText(first);
  return code !== '' && !line.includes(code) && !code.startsWith('TASKER_') ? `${line} (${code})` : line;
}

/** Empty for what no database raised. */
export function sqlStateOf(error: unknown): string {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}
