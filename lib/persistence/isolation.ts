import type { PgClient } from './pg.client.js';
import type { Session } from './session.js';

/**
 * By connection, because the database, the role and the connection string can each set it. Read once per connection.
 */
const strict = new WeakMap<PgClient, boolean>();

/** Whether the default isolation of the session is stricter than read committed. */
export function isStrict(session: Session): boolean | Promise<boolean> {
  return strict.get(session.client) ?? noteIsolation(session);
}

/** Reads the default again, because an administrator may have changed it. */
export async function noteIsolation(session: Session): Promise<boolean> {
  const { rows } = await session.ask({ text: `select current_setting('default_transaction_isolation') as level` });
  const { level } = rows[0] as { level: string };
  const isStrict = level !== 'read committed' && level !== 'read uncommitted'; // PostgreSQL treats the two alike
  strict.set(session.client, isStrict);
  return isStrict;
}
