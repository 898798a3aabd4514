import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { useSchema } from './entity.schema.js';
import { MissingDataSourceError, WrongDataSourceError } from './persistence.errors.js';
import { translateError } from './sql.errors.js';

/** Of `pg` where the host says nothing. */
const DEFAULT_POOL_SIZE = 10;

/** The host's data source and the schema that is ours in it; every gateway speaks through it. */
@Injectable()
export class Database {
  private resolved: DataSource | undefined;

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
      throw translateError(error);
    }
  }

  /** Runs `work` in a transaction of its own; rolled back when it throws. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Connections that the pool holds at most. */
  get poolSize(): number {
    const { master } = this.dataSource.driver as unknown as { readonly master: { readonly options: { max?: number } } };
    return master.options.max ?? DEFAULT_POOL_SIZE;
  }

  /** How long it takes to get a connection of the pool, in milliseconds. */
  async measureConnectionWait(): Promise<number> {
    const began = performance.now();
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.connect();
      return performance.now() - began;
    } finally {
      await runner.release();
    }
  }

  private findDataSource(): DataSource {
    const { dataSource: name } = this.options.database;
    const found = this.tryGet(name);
    if (!found) throw new MissingDataSourceError(name);
    if (found.options.type !== 'postgres') throw new WrongDataSourceError(name, found.options.type);
    useSchema(found, this.schema);
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
