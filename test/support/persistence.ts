import { afterAll, beforeAll } from '@jest/globals';
import type { ModuleRef } from '@nestjs/core';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { resolveOptions } from '../../lib/options/resolve.options.js';
import { Database } from '../../lib/persistence/database.js';
import { TASKER_ENTITIES } from '../../lib/persistence/entities/entity.list.js';
import { translateError } from '../../lib/persistence/sql.errors.js';
import { TaskGateway } from '../../lib/persistence/task.gateway.js';
import { TemplateGateway } from '../../lib/persistence/template.gateway.js';
import { WorkerGateway } from '../../lib/persistence/worker.gateway.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The gateways around a data source of their own, without a Nest application. */
export interface Persistence {
  readonly dataSource: DataSource;
  readonly tasks: TaskGateway;
  readonly templates: TemplateGateway;
  readonly workers: WorkerGateway;
  /** One statement, in which `__schema__` stands for the schema. */
  query<Row = Record<string, any>>(sql: string, ...parameters: readonly unknown[]): Promise<Row[]>;
}

export interface OpenPersistence extends Persistence {
  close(): Promise<void>;
}

export async function openPersistence(url: string, schema = 'tasker'): Promise<OpenPersistence> {
  const dataSource = new DataSource({ type: 'postgres', url, entities: [...TASKER_ENTITIES] });
  await dataSource.initialize();
  const modules = { get: () => dataSource } as unknown as ModuleRef;
  const database = new Database(resolveOptions({ database: { schema } }), modules);
  if (database.dataSource !== dataSource) throw new Error('another data source'); // once found, its pool is guarded
  return {
    dataSource,
    tasks: new TaskGateway(database),
    templates: new TemplateGateway(database),
    workers: new WorkerGateway(database),
    // Rows of a select, or what `returning` gave; TypeORM pairs the latter with a count.
    query: async <Row>(sql: string, ...parameters: readonly unknown[]) => {
      const text = sql.replaceAll('__schema__', schema);
      const answer: unknown[] = await dataSource.query(text, [...parameters]).catch((error: unknown) => {
        throw translateError(error);
      });
      return (Array.isArray(answer[0]) ? answer[0] : answer) as Row[];
    },
    close: () => dataSource.destroy(),
  };
}

/** The gateways on a database of one's own; call it at the top of a test file. */
export function usePersistence(): Persistence & { readonly url: string } {
  let database: TestDatabase | undefined;
  let persistence: OpenPersistence | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    persistence = await openPersistence(database.url);
  });
  afterAll(async () => {
    await persistence?.close();
    await database?.drop();
  });
  return {
    get url() {
      return database!.url;
    },
    get dataSource() {
      return persistence!.dataSource;
    },
    get tasks() {
      return persistence!.tasks;
    },
    get templates() {
      return persistence!.templates;
    },
    get workers() {
      return persistence!.workers;
    },
    query: (sql, ...parameters) => persistence!.query(sql, ...parameters),
  };
}

/** A plain connection, for tests that need one session. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
