import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { inOwnContext } from '../options/own.context.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { useSchema } from './entity.schema.js';
import { isStrict, noteIsolation } from './isolation.js';
import { sessionOf } from './managed.session.js';
import { inManagedTransaction } from './managed.transaction.js';
import { poolOf, type LentClient, type PgPool } from './pg.client.js';
import {
  AnswerTooLargeError,
  DatabaseTimeoutError,
  MissingDataSourceError,
  PoolTooSmallError,
  UninitialisedDataSourceError,
  WrongDataSourceError,
} from './persistence.errors.js';
import { guardPool } from './pool.guard.js';
import { Session } from './session.js';
import { callsOf } from './sql.calls.js';
import { sqlStateOf, translateError } from './sql.errors.js';
import { withinTime } from './time.limit.js';

/** Runs statements on one connection. A manager outside of a transaction may have no connection. */
export type Speaker = Session | EntityManager;

/** The pool size of `pg` if the host sets none. */
const DEFAULT_POOL_SIZE = 10;
/** One connection for passes and one for heartbeats; or one for a transactional step and one to record others. */
const SMALLEST_POOL = 2;

/** The time limit of statements that may legitimately take long, in milliseconds. */
export const LONG_MS = 600_000;

const SERIALIZATION_FAILURE = '40001';

/** The host's data source, and the engine's schema in it. All gateways use it. */
@Injectable()
export class Database {
  private resolved: DataSource | undefined;
  /** The guarded pool. The host may close its data source and initialise it again. */
  private prepared: PgPool | undefined;
  /** The wait for a connection that is being measured. */
  private waiting: Promise<number> | undefined;
  private readonly calls = callsOf(
    async (expression: string, parameters: readonly unknown[], speaker?: Speaker, limitMs?: number) => {
      const [row] = await this.query<{ answer: unknown }>(
        `select ${expression} as answer`,
        parameters,
        speaker,
        limitMs,
      );
      return row!.answer;
    },
  );

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly modules: ModuleRef,
  ) {}

  get schema(): string {
    return this.options.database.schema;
  }

  /** The maximum size of one answer, in bytes. */
  get maxReadBytes(): number {
    return this.options.database.maxReadBytes;
  }

  /** The time limit of a short statement, in milliseconds. */
  get limitMs(): number {
    return this.options.database.statementTimeoutMs;
  }

  /** The number of rows of at most this size that fit into one answer: at least one, and at most `limit`. */
  rowsWithin(limit: number, bytesOfRow: number): number {
    return Math.max(1, Math.min(limit, Math.floor(this.maxReadBytes / bytesOfRow)));
  }

  /**
   * Looked up at first use, when all providers exist: its name is an option, so it cannot be injected by a fixed token.
   */
  get dataSource(): DataSource {
    const source = (this.resolved ??= this.findDataSource());
    const pool = poolOf(source);
    if (pool && pool !== this.prepared) this.prepare(source, pool);
    return source;
  }

  /**
   * Runs one statement, in which `__schema__` stands for the engine's schema, on a connection of the pool or on that of
   * the speaker.
   *
   * @param limitMs the time limit of the statement, and of the wait for a connection before it; `LONG_MS` for work that
   *   may take long
   * @throws DatabaseTimeoutError, the error class of the SQLSTATE, or the error of the driver
   */
  async query<Row>(
    sql: string,
    parameters: readonly unknown[],
    speaker?: Speaker,
    limitMs: number = this.limitMs,
  ): Promise<Row[]> {
    const text = this.inSchema(sql);
    try {
      const session = speaker && sessionOf(speaker, limitMs);
      if (session) return await (await session).query<Row>(text, parameters);
      return await this.withSession((own) => this.alone(own, () => own.query<Row>(text, parameters)), limitMs);
    } catch (error) {
      throw translateError(error);
    }
  }

  /**
   * Like `query`, but returns all rows or none: the server measures the answer, and does not send one that is too
   * large.
   * @param sql a query whose columns can be converted to JSON
   * @throws AnswerTooLargeError, and the errors of `query`
   */
  async queryWhole<Row>(sql: string, parameters: readonly unknown[], speaker?: Speaker): Promise<Row[]> {
    const allowed = this.maxReadBytes;
    const rows = await this.query<{ row: Row | null; excess: string | null }>(
      wholeOf(sql, parameters.length + 1),
      [...parameters, allowed],
      speaker,
    );
    const excess = rows[0]?.excess ?? null;
    if (excess !== null) throw new AnswerTooLargeError(Number(excess), allowed);
    return rows.map(({ row }) => row!);
  }

  /**
   * Calls an SQL function of the engine that returns one value, in its own statement.
   * @throws the error class of its refusal, or the errors of `query`
   */
  call<Answer>(name: string, parameters: readonly unknown[], speaker?: Speaker, limitMs?: number): Promise<Answer> {
    return this.calls.call(name, parameters, speaker, limitMs);
  }

  /**
   * Like `call`, and stores an entry of the audit log in the same statement; see `sql/functions/audited.sql`.
   * @param entry as JSON
   */
  callAudited<Answer>(name: string, parameters: readonly unknown[], entry: string, speaker?: Speaker): Promise<Answer> {
    return this.calls.callAudited(name, parameters, entry, speaker);
  }

  /**
   * Lends a connection of the pool to `work`. The limit applies to each of its statements. A new connection outlives
   * the caller, so it is not opened in the caller's asynchronous context.
   */
  withSession<T>(work: (session: Session) => Promise<T>, limitMs: number = this.limitMs): Promise<T> {
    return inOwnContext(() => this.lendSession(work, limitMs));
  }

  private async lendSession<T>(work: (session: Session) => Promise<T>, limitMs: number): Promise<T> {
    const client = await this.borrow();
    try {
      return await work(new Session(client, this.dataSource, limitMs));
    } finally {
      client.release();
    }
  }

  /** Runs a statement that PostgreSQL accepts only outside of transactions, such as a vacuum. */
  async maintain(sql: string): Promise<void> {
    await this.withSession((session) => session.query(this.inSchema(sql)), LONG_MS);
  }

  /** Runs `work` in a read committed transaction, which is rolled back if it throws. */
  transaction<T>(work: (session: Session) => Promise<T>, limitMs?: number): Promise<T> {
    return this.withSession((session) => session.transaction(() => work(session)), limitMs);
  }

  /**
   * Runs work of the host in a read committed transaction, and then `record` in the same transaction.
   *
   * @param signal tells the work to end; if it does not end within the limit of a statement, its connection is closed
   * @throws DatabaseTimeoutError if no connection became free; AbortedTransactionError, EndedTransactionError,
   *   LostConnectionError, or the errors of the work, of `record` and of the commit. The work was rolled back, unless
   *   the connection was lost during the commit.
   */
  managedTransaction<Work, Recorded>(
    signal: AbortSignal,
    work: (manager: EntityManager) => Promise<Work>,
    record: (manager: EntityManager, result: Work) => Promise<Recorded>,
  ): Promise<Recorded> {
    return inOwnContext(() => inManagedTransaction(this.dataSource, this.limitMs, signal, work, record));
  }

  /**
   * The manager of the caller's transaction, if a library such as typeorm-transactional keeps it in the asynchronous
   * context and returns it as the `manager` of the data source.
   */
  get managerOfCaller(): EntityManager | undefined {
    const { manager } = this.dataSource;
    return manager.queryRunner?.isTransactionActive ? manager : undefined;
  }

  /** The maximum number of connections of the pool. */
  get poolSize(): number {
    return this.pool.options.max ?? DEFAULT_POOL_SIZE;
  }

  /**
   * Measures the wait for a connection of the pool, in milliseconds: 0 if nobody waits, and `mostMs` if none became
   * free in this time. Opening a connection takes time too, but is not a sign of load, so nothing is measured while the
   * pool can open more.
   */
  async measureConnectionWait(mostMs: number): Promise<number> {
    if (!this.waiting && this.pool.waitingCount === 0) return 0;
    // One measurement at a time: if connections are scarce, measurements must not queue up for them.
    this.waiting ??= this.takeConnection().finally(() => (this.waiting = undefined));
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<number>((resolve) => (timer = setTimeout(resolve, mostMs, mostMs)));
    return Promise.race([this.waiting, tooLong]).finally(() => clearTimeout(timer));
  }

  private async borrow(): Promise<LentClient> {
    const coming = this.pool.connect();
    return withinTime(coming, this.limitMs, () => {
      void coming.then((client) => client.release()).catch(() => undefined); // too late; the next user gets it
      throw new DatabaseTimeoutError('unconnected', this.limitMs);
    });
  }

  private async takeConnection(): Promise<number> {
    const began = performance.now();
    try {
      (await this.pool.connect()).release();
    } catch {
      // It was refused, or the pool gave up. The time is still the result; statements that need a connection report the
      // error.
    }
    return performance.now() - began;
  }

  private inSchema(sql: string): string {
    return sql.replaceAll('__schema__', this.schema);
  }

  /**
   * Runs one statement outside of a transaction or, if the database has a stricter default isolation, in a read
   * committed transaction: the functions wait for locks, and must then see what others committed.
   */
  private async alone<T>(session: Session, run: () => Promise<T>): Promise<T> {
    if (await isStrict(session)) return session.transaction(run);
    try {
      return await run();
    } catch (error) {
      if (sqlStateOf(error) !== SERIALIZATION_FAILURE || !(await noteIsolation(session))) throw error;
      return session.transaction(run); // the default isolation has changed; the first try was rolled back
    }
  }

  private get pool(): PgPool {
    const pool = poolOf(this.dataSource);
    if (!pool) throw new UninitialisedDataSourceError(this.options.database.dataSource);
    return pool;
  }

  private prepare(source: DataSource, pool: PgPool): void {
    const { max = DEFAULT_POOL_SIZE } = pool.options;
    if (max < SMALLEST_POOL) throw new PoolTooSmallError(this.options.database.dataSource, max);
    useSchema(source, this.schema);
    guardPool(pool, this.limitMs);
    this.prepared = pool;
  }

  private findDataSource(): DataSource {
    const { dataSource: name } = this.options.database;
    const found = this.tryGet(name);
    if (!found) throw new MissingDataSourceError(name);
    if (found.options.type !== 'postgres') throw new WrongDataSourceError(name, found.options.type);
    return found;
  }

  private tryGet(name: string): DataSource | undefined {
    const tokens = name === 'default' ? [getDataSourceToken(), DataSource] : [getDataSourceToken(name)];
    for (const token of tokens) {
      try {
        return this.modules.get<DataSource>(token, { strict: false });
      } catch {
        // Nest cannot be asked whether a provider exists without an error. The next token may exist.
      }
    }
    return undefined;
  }
}

/**
 * SQL that returns the rows of a query as JSON, or only their size in bytes if it exceeds the parameter with this
 * number.
 */
function wholeOf(sql: string, budget: number): string {
  return `
    with found as materialized (select row_to_json(q)::text as row, row_number() over () as place from (${sql}) q),
    whole as (select coalesce(sum(octet_length(f.row)), 0) as bytes from found f)
    select f.row::json as row, null::text as excess, f.place from found f, whole w where w.bytes <= $${budget}::bigint
    union all
    select null, w.bytes::text, 0 from whole w where w.bytes > $${budget}::bigint
    order by place`;
}
