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
import { refusalError, refusalIn } from './refusal.js';
import { Session } from './session.js';
import { sqlStateOf, translateError } from './sql.errors.js';
import { withinTime } from './time.limit.js';

/** Something to speak through that is bound to one connection; a manager outside of a transaction may be bound to none. */
export type Speaker = Session | EntityManager;

/** Of `pg` where the host says nothing. */
const DEFAULT_POOL_SIZE = 10;
/** A pass and a heartbeat, or a transactional step and what records others. */
const SMALLEST_POOL = 2;

/** For statements whose work has no small bound, in milliseconds: they are no sign of silence. */
export const LONG_MS = 600_000;

const SERIALIZATION_FAILURE = '40001';

/** The host's data source and the schema that is ours in it; every gateway speaks through it. */
@Injectable()
export class Database {
  private resolved: DataSource | undefined;
  /** Which pool is guarded; the host may close its data source and initialise it again. */
  private prepared: PgPool | undefined;
  /** A wait for a connection that is being measured. */
  private waiting: Promise<number> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly modules: ModuleRef,
  ) {}

  get schema(): string {
    return this.options.database.schema;
  }

  /** Most bytes of one answer. */
  get maxReadBytes(): number {
    return this.options.database.maxReadBytes;
  }

  /** How long a short statement may take, in milliseconds. */
  get limitMs(): number {
    return this.options.database.statementTimeoutMs;
  }

  /** How many rows, each of so many bytes at most, one answer has room for; one at least, and `limit` at most. */
  rowsWithin(limit: number, bytesOfRow: number): number {
    return Math.max(1, Math.min(limit, Math.floor(this.maxReadBytes / bytesOfRow)));
  }

  /** Found at first use, when every provider exists: its name is an option, so it cannot be injected by a fixed token. */
  get dataSource(): DataSource {
    const source = (this.resolved ??= this.findDataSource());
    const pool = poolOf(source);
    if (pool && pool !== this.prepared) this.prepare(source, pool);
    return source;
  }

  /**
   * Runs one statement, in which `__schema__` stands for our schema, on a connection of its own or on the speaker's.
   *
   * @param limitMs how long it may take, and before that the wait for its connection; `LONG_MS` for work without a small bound
   * @throws DatabaseTimeoutError, the class that stands for the SQLSTATE, or what the driver threw
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
   * As `query`, all rows or none: what is larger than one answer may be is measured on the server and not sent.
   * @param sql a query whose rows have columns that JSON has
   * @throws AnswerTooLargeError, and as `query`
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
   * Calls one of our SQL functions that answers one value, in a statement of its own.
   * @throws the class that stands for its refusal, or as `query`
   */
  async call<Answer>(
    name: string,
    parameters: readonly unknown[],
    speaker?: Speaker,
    limitMs?: number,
  ): Promise<Answer> {
    const places = parameters.map((_, index) => `$${index + 1}`).join(', ');
    const [row] = await this.query<{ answer: Answer }>(
      `select __schema__.${name}(${places}) as answer`,
      parameters,
      speaker,
      limitMs,
    );
    const { answer } = row!;
    const refusal = refusalIn(answer);
    if (refusal) throw refusalError(refusal);
    return answer;
  }

  /**
   * Lends a connection of the pool to `work`, each of whose statements may take as long as the limit says. One that is opened for
   * it outlives the caller, so neither is in its context.
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

  /** Runs what PostgreSQL takes outside of transactions only, such as a vacuum. */
  async maintain(sql: string): Promise<void> {
    await this.withSession((session) => session.query(this.inSchema(sql)), LONG_MS);
  }

  /** Runs `work` in a transaction of its own, read committed; rolled back when it throws. */
  transaction<T>(work: (session: Session) => Promise<T>, limitMs?: number): Promise<T> {
    return this.withSession((session) => session.transaction(() => work(session)), limitMs);
  }

  /**
   * Runs work of the host's in a transaction of its own, read committed, and then `record`, ours, in the same one.
   *
   * @param signal tells the work to end; when it does not within the limit of a statement, its connection is closed
   * @throws DatabaseTimeoutError when no connection came free; AbortedTransactionError, EndedTransactionError,
   *   LostConnectionError, what either threw, or the commit; nothing is left of the work then, unless the connection was lost at
   *   the commit
   */
  managedTransaction<Work, Recorded>(
    signal: AbortSignal,
    work: (manager: EntityManager) => Promise<Work>,
    record: (manager: EntityManager, result: Work) => Promise<Recorded>,
  ): Promise<Recorded> {
    return inOwnContext(() => inManagedTransaction(this.dataSource, this.limitMs, signal, work, record));
  }

  /**
   * The manager of the transaction that the caller is in, where a library keeps one in the asynchronous context and gives it out
   * as the `manager` of the data source, as typeorm-transactional does.
   */
  get managerOfCaller(): EntityManager | undefined {
    const { manager } = this.dataSource;
    return manager.queryRunner?.isTransactionActive ? manager : undefined;
  }

  /** Connections that the pool holds at most. */
  get poolSize(): number {
    return this.pool.options.max ?? DEFAULT_POOL_SIZE;
  }

  /**
   * How long one waits for a connection of the pool, in milliseconds: 0 while nobody waits, and `mostMs` when none came by
   * then. Opening a connection takes its time too, but is no sign of load, so nothing is asked for while there is room.
   */
  async measureConnectionWait(mostMs: number): Promise<number> {
    if (!this.waiting && this.pool.waitingCount === 0) return 0;
    // One at a time: where connections are short, questions about it must not queue up for them.
    this.waiting ??= this.takeConnection().finally(() => (this.waiting = undefined));
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<number>((resolve) => (timer = setTimeout(resolve, mostMs, mostMs)));
    return Promise.race([this.waiting, tooLong]).finally(() => clearTimeout(timer));
  }

  private async borrow(): Promise<LentClient> {
    const coming = this.pool.connect();
    return withinTime(coming, this.limitMs, () => {
      void coming.then((client) => client.release()).catch(() => undefined); // too late for us; the next may have it
      throw new DatabaseTimeoutError('unconnected', this.limitMs);
    });
  }

  private async takeConnection(): Promise<number> {
    const began = performance.now();
    try {
      (await this.pool.connect()).release();
    } catch {
      // It was refused or the pool gave up. How long that took is the answer; those who need a connection tell the rest.
    }
    return performance.now() - began;
  }

  private inSchema(sql: string): string {
    return sql.replaceAll('__schema__', this.schema);
  }

  /**
   * Runs one statement outside of a transaction or, where the database has stricter ones by default, in one that is read
   * committed: our functions wait for locks and must then see what the others did.
   */
  private async alone<T>(session: Session, run: () => Promise<T>): Promise<T> {
    if (await isStrict(session)) return session.transaction(run);
    try {
      return await run();
    } catch (error) {
      if (sqlStateOf(error) !== SERIALIZATION_FAILURE || !(await noteIsolation(session))) throw error;
      return session.transaction(run); // the default changed; nothing of the first try is left
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
        // Nest has no question "is it there?" but this one; the next token may be known.
      }
    }
    return undefined;
  }
}

/** The rows of a query as JSON if they have as many bytes together as the parameter of this number allows; else how many they have. */
function wholeOf(sql: string, budget: number): string {
  return `
    with found as materialized (select row_to_json(q)::text as row, row_number() over () as place from (${sql}) q),
    whole as (select coalesce(sum(octet_length(f.row)), 0) as bytes from found f)
    select f.row::json as row, null::text as excess, f.place from found f, whole w where w.bytes <= $${budget}::bigint
    union all
    select null, w.bytes::text, 0 from whole w where w.bytes > $${budget}::bigint
    order by place`;
}
