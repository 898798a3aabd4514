import { Logger } from '@nestjs/common';
import { isLost, type PgClient, type PgPool } from './pg.client.js';
import { DatabaseTimeoutError } from './persistence.errors.js';

const guarded = new WeakSet<PgPool>();
/** The connections of the pool that a connection is of. */
const watches = new WeakMap<PgClient, PoolWatch>();

/** The start of the messages of `pg` about lost connections, by which `isOutage` recognises them. */
const TERMINATED = 'Connection terminated';

/** How long connections have to say goodbye, in milliseconds. */
const END_MS = 250;

/** So often is said that connections fall silent, at most. */
const SAID_MS = 60_000;

/** What is known of the connections of a pool since it is guarded. */
class PoolWatch {
  readonly idle = new Set<PgClient>();
  /** All that were used, or are being opened. */
  readonly all = new Set<PgClient>();
  /** Those that came back from a use, so the server has answered them. */
  readonly proven = new WeakSet<PgClient>();
  saidAt = -Infinity;
}

/**
 * Sees to it that what the pool lends can be used, whoever had it before: our host shares the pool with us. A pool that is
 * guarded already stays as it is.
 *
 * @param openingLimitMs how long a connection may take to open, where the host sets no limit
 */
export function guardPool(pool: PgPool, openingLimitMs: number): void {
  if (guarded.has(pool)) return;
  guarded.add(pool);
  const watch = new PoolWatch();
  pool.on('acquire', (client: PgClient) => {
    if (!watches.has(client)) surviveBrokenConnection(client); // TypeORM opened its first before anybody could be here
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
 * Whether a connection never answered a statement. One that opened and then is silent tells nothing about the others: a pooler
 * in session mode that has no server connection left accepts clients and lets them wait.
 */
export function isUnserved(client: PgClient): boolean {
  const watch = watches.get(client);
  return watch !== undefined && !watch.proven.has(client) && client.getTransactionStatus() === 'I';
}

/**
 * A connection said nothing for as long as a statement may take: those that were idle meanwhile are as silent, and each would
 * cost its next user as long.
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

/** Undefined where the host sets none, which `pg` writes as 0, too. */
function hostsLimitOf({ options }: PgPool): number | undefined {
  return options.connectionTimeoutMillis === 0 ? undefined : options.connectionTimeoutMillis;
}

/** One that is never opened would keep its place in the pool for ever. */
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

/** When the host closes its data source, a connection that is silent would take no part in its own end. */
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
  surviveBrokenConnection(client); // the pool has ceased to listen
  client.connection?.stream.destroy(why);
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
      'Closed a connection that was returned to the pool inside a transaction, which rolls it back. Likely causes: concurrent ' +
        'nested transactions of one manager, a subscriber that throws during a rollback, or a BEGIN without COMMIT or ROLLBACK.',
    );
  }
  void client.end();
}
