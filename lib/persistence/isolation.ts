import type { PgClient } from './pg.client.js';
import type { Session } from './session.js';

/** By connection, as a database, a role and a connection string each may say it; asked for once, and never set. */
const strict = new WeakMap<PgClient, boolean>();

/** Whether statements of the session run under a stricter isolation than read committed unless they say otherwise. */
export function isStrict(session: Session): boolean | Promise<boolean> {
  return strict.get(session.client) ?? noteIsolation(session);
}

/** Asks the server again: an administrator may have changed the default. */
export async function noteIsolation(session: Session): Promise<boolean> {
  const { rows } = await session.ask({ text: `select current_setting('default_transaction_isolation') as level` });
  const { level } = rows[0] as { level: string };
  const isStrict = level !== 'read committed' && level !== 'read uncommitted'; // which PostgreSQL treats alike
  strict.set(session.client, isStrict);
  return isStrict;
}
