import type { EntityManager, QueryRunner } from 'typeorm';
import { dataSourceOf } from './data.source.js';
import { isLost, type PgClient } from './pg.client.js';
import { DatabaseTimeoutError, LostConnectionError, ReleasedManagerError } from './persistence.errors.js';
import { Session } from './session.js';
import { withinTime } from './time.limit.js';

/**
 * The session that a manager of the host's speaks to; our statements in it have our limit, or undefined where it is bound to no connection.
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
    // TypeORM gives a connection back as soon as it is lost, and says the same of it as of one that came back in order.
    const { databaseConnection: client } = queryRunner as unknown as { readonly databaseConnection?: PgClient };
    throw client && isLost(client) ? new LostConnectionError() : new ReleasedManagerError();
  }
  return new Session(await clientOf(queryRunner!, limitMs), dataSourceOf(manager), limitMs);
}

/**
 * The connection of a runner, which may have to wait for one of the pool.
 *
 * @param onLate is called when one comes after the wait was given up
 * @throws DatabaseTimeoutError, or what the pool throws
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
