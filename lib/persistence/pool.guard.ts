import { Logger } from '@nestjs/common';
import { isLost, type PgClient, type PgPool } from './pg.client.js';
import { DatabaseTimeoutError } from './persistence.errors.js';

const guarded = new WeakSet<PgPool>();
/** The watch of the pool that a connection belongs to. */
const watches = new WeakMap<PgClient, PoolWatch>();

/** The start of the messages of `pg` about lost connections, by which `isOutage` recognises them. */
const TERMINATED = 'Connection terminated';

/** The time for connections to close in an orderly way, in milliseconds. */
const END_MS = 250;

/** The shortest time between two log lines about silent connections, in milliseconds. */
const SAID_MS = 60_000;

/** The known connections of a guarded pool. */
class PoolWatch {
  readonly idle = new Set<PgClient>();
  /** All connections that were used or are being opened. */
  readonly all = new Set<PgClient>();
  /** The connections that were returned after a use, so that the server is known to answer them. */
  readonly proven = new WeakSet<PgClient>();
  saidAt = -Infinity;
}

/**
 * Ensures that connections of the pool are usable, regardless of their previous user: the engine shares the pool with
 * the host. Does nothing if the pool is already guarded.
 *
 * @param openingLimitMs the time that a connection may take to open, if the host sets no limit
 */
export function guardPool(pool: PgPool, openingLimitMs: number): void {
  if (guarded.has(pool)) return;
  guarded.add(pool);
  const watch = new PoolWatch();
  pool.on('acquire', (client: PgClient) => {
    if (!watches.has(client)) surviveBrokenConnection(client); // TypeORM opens its first connection before the guard is set
    watches.set(client, watch);
    watch.all.add(client);
    watch.idle.delete(client);
  });
  pool.on('release', (_: unknown, client: PgClient) => {
    watch.idle.add(client);
    watch.proven.add(client);
    keepOnlyIdle(client);
  });
  pool.on('remove', (client: PgClient) => {
    watch.all.delete(client);
    watch.idle.delete(client);
  });
  limitOpening(pool, watch, hostsLimitOf(pool) ?? openingLimitMs);
  limitEnd(pool, watch);
}

/**
 * Whether a connection has never answered a statement. If such a connection does not respond, the others may be fine: a
 * pooler in session mode without a free server connection accepts clients and lets them wait.
 */
export function isUnserved(client: PgClient): boolean {
  const watch = watches.get(client);
  return watch !== undefined && !watch.proven.has(client) && client.getTransactionStatus() === 'I';
}

/**
 * Call it when a connection has not responded within the limit of a statement. Connections that were idle meanwhile are
 * probably dead, too, and each would cost its next user the same time, so they are closed.
 */
export function noteSilence(client: PgClient, limitMs: number): void {
  const watch = watches.get(client);
  if (!watch) return;
  const { size } = watch.idle;
  for (const each of [...watch.idle]) {
    each.emit('error', new Error(`${TERMINATED}, because another connection did not respond`)); // the pool forgets it at once
    each.connection?.stream.destroy();
  }
  watch.idle.clear();
  const now = performance.now();
  if (now - watch.saidAt < SAID_MS) return;
  watch.saidAt = now;
  new Logger('TaskerDatabase').warn(
    `A connection did not respond for ${limitMs / 1_000} s. Closed it and ${size} idle ones; work continues as soon as a new one ` +
      'responds.',
  );
}

/** Undefined if the host sets no limit, which `pg` also writes as 0. */
function hostsLimitOf({ options }: PgPool): number | undefined {
  return options.connectionTimeoutMillis === 0 ? undefined : options.connectionTimeoutMillis;
}

/** A connection that never opens would keep its place in the pool for ever. */
function limitOpening(pool: PgPool, watch: PoolWatch, limitMs: number): void {
  pool.Client = class extends pool.Client {
    override connect(opened: (error?: Error) => void): void {
      const timer = setTimeout(() => cutOff(this, new DatabaseTimeoutError('unconnected', limitMs)), limitMs);
      watch.all.add(this);
      super.connect((error) => {
        clearTimeout(timer);
        if (error) watch.all.delete(this);
        opened(error);
      });
    }
  };
}

/** When the host closes its data source, a silent connection would never close by itself. */
function limitEnd(pool: PgPool, watch: PoolWatch): void {
  const end = pool.end.bind(pool);
  pool.end = (ended) => {
    setTimeout(
      () => watch.all.forEach((client) => cutOff(client, new Error(`${TERMINATED}, because the pool is closing`))),
      END_MS,
    ).unref();
    return end(ended);
  };
}

function cutOff(client: PgClient, why: Error): void {
  surviveBrokenConnection(client); // the pool no longer listens
  client.connection?.stream.destroy(why);
}

/**
 * TypeORM listens to a new connection one turn after it gets it from the pool. If the server ends the connection in
 * between, the error event has no listener, which would end the process. The user of the connection gets the error from
 * its query anyway, and the pool drops the connection.
 */
function surviveBrokenConnection(client: PgClient): void {
  client.on('error', () => undefined);
}

/**
 * Closes connections that are returned inside a transaction or during a statement, and the pool drops them: their next
 * user would fail with 25P02, or work in a transaction that nobody commits. TypeORM returns such connections when its
 * ROLLBACK failed.
 */
function keepOnlyIdle(client: PgClient): void {
  const status = client.getTransactionStatus();
  if (isLost(client) || (status === 'I' && !client._activeQuery)) return;
  if (status !== 'I') {
    new Logger('TaskerDatabase').warn(
      'Closed a connection that was returned to the pool inside a transaction, which rolls it back. Likely causes: concurrent ' +
        'nested transactions of one manager, a subscriber that throws during a rollback, or a BEGIN without COMMIT or ROLLBACK.',
    );
  }
  void client.end();
}
