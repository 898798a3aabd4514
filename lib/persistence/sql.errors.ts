import { AbortedTransactionError, LostConnectionError } from './persistence.errors.js';

/**
 * SQLSTATE classes by which the database refuses what it was told: data exceptions, violated constraints, exceeded limits,
 * errors raised by functions and triggers.
 */
const REFUSAL = /^(22|23|44|54|P0)...$/;

const FAILED_TRANSACTION = '25P02';

/** The error that says what happened where the database's own says little. */
export function translateError(error: unknown): unknown {
  if (sqlStateOf(error) !== FAILED_TRANSACTION) return error;
  return new AbortedTransactionError({ cause: (error as { driverError?: Error }).driverError ?? error });
}

/**
 * Whether the same statement would be refused again whenever it is tried. Everything else is trouble that may pass, even
 * if a person has to see to it: a lost connection, a cancelled statement, a standby that only reads, a missing right.
 */
export function isRefusal(error: unknown): boolean {
  return REFUSAL.test(sqlStateOf(error));
}

/**
 * By which a connection could not be opened, or was lost: errors of the network, connection exceptions (08), a server that
 * shuts down, crashed or starts (57P01 to 57P03), too many connections (53300).
 */
const OUTAGE =
  /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The same as `pg` and its pool say it, who give no code. */
const OUTAGE_IN_WORDS =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout (expired|exceeded when trying to connect)$)/;

/** Whether the database could not be reached, or no longer, when it was asked. */
export function isOutage(error: unknown): boolean {
  if (error instanceof LostConnectionError) return true;
  // A request that broke off has a code of the network, too, and the status that the caller would have got.
  if (typeof (error as { statusCode?: unknown } | null)?.statusCode === 'number') return false;
  const code = sqlStateOf(error);
  return code === '' ? error instanceof Error && OUTAGE_IN_WORDS.test(error.message) : OUTAGE.test(code);
}

/** Empty for what no database raised. */
export function sqlStateOf(error: unknown): string {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const found = driverError?.code ?? code;
  return typeof found === 'string' ? found : '';
}
