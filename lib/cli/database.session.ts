import pg from 'pg';
import {
  InvalidDatabaseUrlError,
  MissingPrivilegeError,
  RefusedByDatabaseError,
  UnreachableDatabaseError,
} from './cli.errors.js';

const CONNECT_TIMEOUT_MS = 10_000;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Runs `work` on one connection, and closes it.
 * @throws a `CommandFailedError` instead of an error of the driver
 */
export async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const address = addressOf(url);
  const client = await connect(url, address);
  try {
    return await work(client);
  } catch (error) {
    throw explain(error, client, address);
  } finally {
    await client.end();
  }
}

async function connect(url: string, address: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined); // if the connection breaks, the running query fails, too
  try {
    await client.connect();
    return client;
  } catch (error) {
    // The server is reachable, but refused: a wrong password, an unknown database, too many connections.
    if (error instanceof pg.DatabaseError) throw new RefusedByDatabaseError(address, error.message, error);
    throw new UnreachableDatabaseError(address, reasonOf(error), error);
  }
}

/** Converts an error. If a file of a migration was refused, the driver's error is among its causes. */
function explain(error: unknown, client: pg.Client, address: string): unknown {
  const refusal = [error, (error as Error).cause].find((each) => each instanceof pg.DatabaseError);
  if (refusal?.code === INSUFFICIENT_PRIVILEGE) {
    return new MissingPrivilegeError(client.user ?? '', refusal.message, error);
  }
  if (error instanceof pg.DatabaseError) return new RefusedByDatabaseError(address, error.message, error);
  return error;
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) throw new InvalidDatabaseUrlError();
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost';
  return `${decodeURIComponent(host)}:${parsed.port || 5432}`;
}

/** A connection that was tried over IPv4 and IPv6 fails with an error for each, and has no message itself. */
function reasonOf(error: unknown): string {
  const { message, errors } = error as Error & { readonly errors?: readonly Error[] };
  return message || errors?.[0]?.message || 'no answer';
}
