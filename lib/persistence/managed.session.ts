import type { EntityManager } from 'typeorm';
import { isLost, type PgClient } from './pg.client.js';
import { LostConnectionError, ReleasedManagerError } from './persistence.errors.js';
import { Session } from './session.js';

/**
 * The session that a manager of the host's speaks to; our statements in it have our limit, or undefined where it is bound to no connection.
 * @throws ReleasedManagerError, LostConnectionError
 */
export function sessionOf(
  speaker: Session | EntityManager,
  limitMs = Infinity,
): Session | Promise<Session> | undefined {
  if (speaker instanceof Session) return speaker;
  return speaker.queryRunner && sessionOfManager(speaker, limitMs);
}

async function sessionOfManager({ queryRunner, dataSource }: EntityManager, limitMs: number): Promise<Session> {
  if (queryRunner!.isReleased) {
    // TypeORM gives a connection back as soon as it is lost, and says the same of it as of one that came back in order.
    const { databaseConnection: client } = queryRunner as unknown as { readonly databaseConnection?: PgClient };
    throw client && isLost(client) ? new LostConnectionError() : new ReleasedManagerError();
  }
  return new Session((await queryRunner!.connect()) as PgClient, dataSource, limitMs);
}
