import { Logger } from '@nestjs/common';
import { isLost, type PgClient, type PgPool } from './pg.client.js';

const guarded = new WeakSet<PgPool>();

/**
 * Sees to it that what the pool lends can be used, whoever had it before: our host shares the pool with us. A pool that is
 * guarded already stays as it is.
 */
export function guardPool(pool: PgPool): void {
  if (guarded.has(pool)) return;
  guarded.add(pool);
  pool.on('connect', surviveBrokenConnection);
  pool.on('release', (_: unknown, client: PgClient) => keepOnlyIdle(client));
}

/**
 * TypeORM listens to a new connection a turn later than the pool hands it over. What the server says in between, when it ends
 * the connection at once, would be an error event that nobody hears, which ends the process. Whoever wanted the connection is
 * told anyway, by its query, and the pool drops it.
 */
function surviveBrokenConnection(client: PgClient): void {
  client.on('error', () => undefined);
}

/**
 * Closes what comes back in the middle of something, and the pool drops it then: the next borrower would fail with 25P02, or
 * work in a transaction that nobody commits. TypeORM gives such connections back when its ROLLBACK failed.
 */
function keepOnlyIdle(client: PgClient): void {
  const status = client.getTransactionStatus();
  if (isLost(client) || (status === 'I' && !client._activeQuery)) return;
  if (status !== 'I') {
    new Logger('TaskerDatabase').warn(
      'Closed a connection that came back to the pool inside a transaction, whose work is undone. Likely causes: nested ' +
        'transactions of one manager at the same time, a subscriber that throws during a rollback, or a BEGIN without its end.',
    );
  }
  void client.end();
}
