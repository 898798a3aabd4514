import type { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { useSchema } from './entity.schema.js';
import { MissingDataSourceError, WrongDataSourceError } from './persistence.errors.js';
import { translateError } from './sql.errors.js';

/** The parts of the `pg` pool below TypeORM that tell how busy it is and what it opens. */
interface Pool {
  readonly options: { readonly max?: number };
  readonly waitingCount: number;
  on(event: 'connect', listener: (client: EventEmitter) => void): void;
}

/** Of `pg` where the host says nothing. */
const DEFAULT_POOL_SIZE = 10;

/** The host's data source and the schema that is ours in it; every gateway speaks through it. */
@Injectable()
export class Database {
  private resolved: DataSource | undefined;
  /** A wait for a connection that is being measured. */
  private waiting: Promise<number> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly modules: ModuleRef,
  ) {}

  get schema(): string {
    return this.options.database.schema;
  }

  /** Found at first use, when every provider exists: its name is an option, so it cannot be injected by a fixed token. */
  get dataSource(): DataSource {
    return (this.resolved ??= this.findDataSource());
  }

  /**
   * Runs one statement, in which `__schema__` stands for our schema, on a connection of its own or on the manager's.
   * @throws the class that stands for the SQLSTATE, or what the driver threw
   */
  async query<Row>(sql: string, parameters: readonly unknown[], manager?: EntityManager): Promise<Row[]> {
    try {
      const speaker = manager ?? this.dataSource;
      return await speaker.query(sql.replaceAll('__schema__', this.schema), [...parameters]);
    } catch (error) {
      throw translateError(withoutParameters(error));
    }
  }

  /**
   * Calls one of our SQL functions that answers one value, in a statement of its own.
   * @throws as `query`
   */
  async call<Answer>(name: string, parameters: readonly unknown[], manager?: EntityManager): Promise<Answer> {
    const places = parameters.map((_, index) => `$${index + 1}`).join(', ');
    const [row] = await this.query<{ answer: Answer }>(
      `select __schema__.${name}(${places}) as answer`,
      parameters,
      manager,
    );
    return row!.answer;
  }

  /** Runs `work` in a transaction of its own; rolled back when it throws. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
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

  private async takeConnection(): Promise<number> {
    const began = performance.now();
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.connect();
    } catch {
      // It was refused or the pool gave up. How long that took is the answer; those who need a connection tell the rest.
    } finally {
      await runner.release();
    }
    return performance.now() - began;
  }

  private get pool(): Pool {
    return poolOf(this.dataSource);
  }

  private findDataSource(): DataSource {
    const { dataSource: name } = this.options.database;
    const found = this.tryGet(name);
    if (!found) throw new MissingDataSourceError(name);
    if (found.options.type !== 'postgres') throw new WrongDataSourceError(name, found.options.type);
    useSchema(found, this.schema);
    surviveBrokenConnections(poolOf(found));
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

/** TypeORM keeps what a statement was given with its error, and whoever logs that logs contexts and secrets. */
function withoutParameters(error: unknown): unknown {
  if (error instanceof QueryFailedError) delete (error as { parameters?: unknown }).parameters;
  return error;
}

function poolOf({ driver }: DataSource): Pool {
  return (driver as unknown as { readonly master: Pool }).master;
}

/**
 * TypeORM listens to a new connection a turn later than the pool hands it over. What the server says in between, when it ends
 * the connection at once, would be an error event that nobody hears, which ends the process. Whoever wanted the connection is
 * told anyway, by its query, and the pool drops it.
 */
function surviveBrokenConnections(pool: Pool): void {
  pool.on('connect', (client) => client.on('error', () => undefined));
}
