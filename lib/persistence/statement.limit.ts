import { connect } from 'node:net';
import type { PgClient } from './pg.client.js';
import { DatabaseTimeoutError } from './persistence.errors.js';
import { isUnserved, noteSilence } from './pool.guard.js';
import { withinTime } from './time.limit.js';

/** A process that was busy, or a machine that slept, sees its timers before what came from the network meanwhile. */
const UNREAD_MS = 50;
/** How long the server may take to cancel a statement, in milliseconds, unless the limit of the statement is less. */
const CANCEL_MS = 1_000;
/** `CancelRequest` of PostgreSQL's protocol: its length and its code. */
const CANCEL_HEAD = [16, 80_877_102];

/**
 * Answers what a statement answers. One that takes longer is cancelled, so that it does not go on without us, and its connection is
 * given up; where the server does not even answer to that, so are all that have been idle as long.
 *
 * @throws DatabaseTimeoutError, or what the statement throws
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
    giveUp(client); // also one that answered: what was to cancel this statement may yet strike the next
  }
}

function isCancelled(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '57014';
}

/** Asks the server on a connection of its own, as the protocol has it. Nobody answers that, and nothing depends on it. */
function requestCancel({ host = 'localhost', port = 5432, processID, secretKey }: PgClient): void {
  if (processID === undefined || typeof secretKey !== 'number') return;
  const request = Buffer.alloc(16);
  [...CANCEL_HEAD, processID, secretKey].forEach((part, index) => request.writeInt32BE(part, index * 4));
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.on('error', () => undefined);
  socket.setTimeout(CANCEL_MS, () => socket.destroy());
  socket.end(request);
}

/** The pool drops it when it comes back. Its end is not waited for, as nobody may be there to take part in it. */
export function giveUp(client: PgClient): void {
  void client.end().catch(() => undefined);
  client.connection?.stream.destroy();
}
