/** The PostgreSQL server that the sample application, the tests and the benchmark run on: yours, or an embedded one. */
import { startEmbeddedPostgres } from './embedded-postgres.mjs';

const CONNECT_TIMEOUT_MS = 10_000;

/** A failure that its message explains in one sentence; scripts print it without a stack. */
export class DatabaseUnreachableError extends Error {
  name = 'DatabaseUnreachableError';
}

/** Uses `DATABASE_URL` when it is set, otherwise starts an embedded server with the options. */
export async function openServer(options = {}) {
  const url = process.env.DATABASE_URL;
  if (!url) return { ...(await startEmbeddedPostgres(options)), embedded: true };

  await checkReachable(url);
  return { url, embedded: false, stop: () => Promise.resolve() };
}

async function checkReachable(url) {
  const { default: pg } = await import('pg');
  const address = addressOf(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => {}); // the connection is only a probe; what matters is whether connect() succeeds
  try {
    await client.connect();
  } catch (cause) {
    throw new DatabaseUnreachableError(
      `No connection to the PostgreSQL server at ${address} that DATABASE_URL names (${reasonOf(cause)}): start it, correct DATABASE_URL, or unset it to use an embedded server.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** Host and port, and nothing of the rest, which holds the password. */
function addressOf(url) {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new DatabaseUnreachableError(
      'DATABASE_URL is not a connection string: write postgres://user:password@host:port/database, or unset it to use an embedded server.',
    );
  }
  const host = parsed.hostname || parsed.searchParams.get('host') || 'localhost';
  return `${decodeURIComponent(host)}:${parsed.port || 5432}`;
}

/** A connection tried over both IPv4 and IPv6 fails with one error for each, and no message of its own. */
function reasonOf(error) {
  const message = error.message || error.errors?.[0]?.message || error.code;
  return /password must be a string/.test(message) ? 'it asks for a password, and there is none' : message;
}
