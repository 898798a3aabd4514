import { connect } from 'node:net';
import type { PgClient } from './pg.client.js';
import { DatabaseTimeoutError } from './persistence.errors.js';
import { isUnserved, noteSilence } from './pool.guard.js';
import { withinTime } from './time.limit.js';

/**
 * After a pause of the process or the machine, timers fire before answers that have arrived are read; so wait this long
 * for them.
 */
const UNREAD_MS = 50;
/** The time that the server has to cancel a statement, in milliseconds, unless the limit of the statement is less. */
const CANCEL_MS = 1_000;
/** `CancelRequest` of PostgreSQL's protocol: its length and its code. */
const CANCEL_HEAD = [16, 80_877_102];

/**
 * Returns the answer of a statement. A statement that exceeds the limit is cancelled, so that it does not go on in the
 * server, and its connection is closed. If the server does not respond to that either, all connections that were idle
 * meanwhile are closed, too.
 *
 * @throws DatabaseTimeoutError, or the error of the statement
 */
export function withinLimit<T>(client: PgClient, limitMs: number, statement: Promise<T>): Promise<T> {
  if (limitMs === Infinity) return statement;
  return withinTime(statement, limitMs, () =>
    withinTime(statement, UNREAD_MS, () => cancel(client, limitMs, statement)),
  );
}

async function cancel<T>(client: PgClient, limitMs: number, statement: Promise<T>): Promise<T> {
  requestCancel(client);
  try {
    return await withinTime(statement, Math.min(limitMs, CANCEL_MS), () => {
      if (isUnserved(client)) throw new DatabaseTimeoutError('unserved', limitMs);
      noteSilence(client, limitMs);
      throw new DatabaseTimeoutError('silent', limitMs);
    });
  } catch (error) {
    throw isCancelled(error) ? new DatabaseTimeoutError('slow', limitMs, { cause: error }) : error;
  } finally {
    giveUp(client); // even if it answered: the request to cancel may arrive late and hit the next statement
  }
}

function isCancelled(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '57014';
}

/** Sends the request on a separate connection, as the protocol specifies. The server does not answer it. */
function requestCancel({ host = 'localhost', port = 5432, processID, secretKey }: PgClient): void {
  if (processID === undefined || typeof secretKey !== 'number') return;
  const request = Buffer.alloc(16);
  [...CANCEL_HEAD, processID, secretKey].forEach((part, index) => request.writeInt32BE(part, index * 4));
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on('error', () => undefined);
  socket.setTimeout(CANCEL_MS, () => socket.destroy());
  socket.end(request);
}

/** Closes a connection without waiting for the server, which may not respond. The pool drops it when it is returned. */
export function giveUp(client: PgClient): void {
  void client.end().catch(() => undefined);
  client.connection?.stream.destroy();
}
