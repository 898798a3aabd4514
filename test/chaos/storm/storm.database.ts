import { setTimeout as pass } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../../lib/persistence/migration.runner.js';
import type { Persistence } from '../../support/persistence.js';

/** By which the connections of the storm itself are known, so that it does not cut them. */
export const STORM_NAME = 'storm';
const SCHEMA = 'tasker';
const INSIST_MS = 60_000;
const AGAIN_MS = 50;

/** Looks at the database past the engine, and breaks things in it; lives through whatever is done to the server. */
export class StormDatabase implements Pick<Persistence, 'query'> {
  private readonly pool: pg.Pool;

  /** One statement, in which `__schema__` stands for the schema. */
  readonly query: Persistence['query'] = async <Row>(sql: string, ...parameters: readonly unknown[]) => {
    const { rows } = await this.pool.query(sql.replaceAll('__schema__', SCHEMA), [...parameters]);
    return rows as Row[];
  };

  private constructor(readonly url: string) {
    this.pool = new pg.Pool({ connectionString: url, application_name: STORM_NAME, max: 6 });
    this.pool.on('error', () => undefined); // the server went away; the next query gets another connection
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** The schema of the engine, and the table `effects`. */
  static async prepare(url: string): Promise<StormDatabase> {
    const database = new StormDatabase(url);
    await database.session((client) => migrate(client as unknown as pg.Client, SCHEMA, 'apply'));
    await database.query('create table effects (step_id bigint, attempt integer)');
    return database;
  }

  /** `query`, again and again until it succeeds. */
  async insist<Row>(sql: string, ...parameters: readonly unknown[]): Promise<Row[]> {
    for (const deadline = performance.now() + INSIST_MS; ;) {
      try {
        return await this.query<Row>(sql, ...parameters);
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await pass(AGAIN_MS);
    }
  }

  /** A connection of its own, closed after the work. */
  async session<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      return await work(client);
    } finally {
      client.release(true);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
