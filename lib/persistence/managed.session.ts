import type { EntityManager, QueryRunner } from 'typeorm';
import { dataSourceOf } from './data.source.js';
import { isLost, type PgClient } from './pg.client.js';
import { DatabaseTimeoutError, LostConnectionError, ReleasedManagerError } from './persistence.errors.js';
import { Session } from './session.js';
import { withinTime } from './time.limit.js';

/**
 * The session of a manager of the host, in which the engine's statements have its time limit; undefined if the manager
 * has no connection.
 * @throws ReleasedManagerError, LostConnectionError, DatabaseTimeoutError
 */
export function sessionOf(
  speaker: Session | EntityManager,
  limitMs = Infinity,
): Session | Promise<Session> | undefined {
  if (speaker instanceof Session) return speaker;
  return speaker.queryRunner && sessionOfManager(speaker, limitMs);
}

async function sessionOfManager(manager: EntityManager, limitMs: number): Promise<Session> {
  const { queryRunner } = manager;
  if (queryRunner!.isReleased) {
    // TypeORM releases a lost connection at once, and then reports the same error as for one that was released
    // normally.
    const { databaseConnection: client } = queryRunner as unknown as { readonly databaseConnection?: PgClient };
    throw client && isLost(client) ? new LostConnectionError() : new ReleasedManagerError();
  }
  return new Session(await clientOf(queryRunner!, limitMs), dataSourceOf(manager), limitMs);
}

/**
 * The connection of a query runner, which may have to wait for one of the pool.
 *
 * @param onLate is called if a connection arrives after the time limit
 * @throws DatabaseTimeoutError, or the error of the pool
 */
export async function clientOf(
  runner: QueryRunner,
  limitMs: number,
  onLate: (runner: QueryRunner) => Promise<void> = () => Promise.resolve(),
): Promise<PgClient> {
  const coming = runner.connect() as Promise<PgClient>;
  if (limitMs === Infinity) return coming;
  return withinTime(coming, limitMs, () => {
    void coming.then(() => onLate(runner)).catch(() => undefined);
    throw new DatabaseTimeoutError('unconnected', limitMs);
  });
}
