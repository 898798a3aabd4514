import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../lib/embedded/embedded-postgres.mjs';
import { startPostgres15 } from '../../scripts/postgres-15.mjs';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { ROLES, type ServerName, type Setting } from './settings.js';

const COMMAND = 'node_modules/nestjs-tasker/dist/cli/main.js';
/** What the host has in its database besides. */
const HOST_TABLES = [
  'create table orders (id integer primary key)',
  'create table bookings (order_id integer primary key)',
];

/** A PostgreSQL server with migrated databases, of which those of the cells are copies. */
export class DatabaseServer {
  private pooler: Promise<Pooler> | undefined;
  /** A database is copied only while nobody else copies it. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly url: string,
    private readonly stopServer: () => Promise<void>,
  ) {}

  /** @param directory of a host, whose `tasker` command migrates the databases */
  static async start(name: ServerName, directory: string): Promise<DatabaseServer> {
    const start = name === 'PostgreSQL 15' ? startPostgres15 : startEmbeddedPostgres;
    const { url, stop } = await start({ settings: { wal_level: 'logical' } });
    const server = new DatabaseServer(url, stop);
    try {
      await server.makeTemplates(directory);
      return server;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Makes a database, and answers the URL by which a host of this setting reaches it. */
  async create(name: string, { template, way, prepare }: Setting): Promise<string> {
    await this.inTurn(() =>
      this.as('postgres', (admin) => admin.query(`create database ${name} template ${template ?? 'plain'}`)),
    );
    if (prepare) await this.as(name, (client) => prepare(client, name));
    if (way === 'pooler') {
      this.pooler ??= startPooler(this.url);
      return databaseOf((await this.pooler).url, name);
    }
    return databaseOf(this.url, name, template === 'owned' ? ROLES.application : undefined);
  }

  async drop(name: string): Promise<void> {
    await this.as('postgres', (admin) => admin.query(`drop database if exists ${name} with (force)`));
  }

  async stop(): Promise<void> {
    await (await this.pooler)?.stop();
    await this.stopServer();
  }

  private async makeTemplates(directory: string): Promise<void> {
    const migrate = (url: string, ...args: string[]): Promise<unknown> =>
      promisify(execFile)(process.execPath, [COMMAND, 'migrate', '--url', url, ...args], { cwd: directory });
    const { owner, application } = ROLES;
    await this.as('postgres', async (admin) => {
      for (const name of ['plain', 'owned']) await admin.query(`create database ${name} template template0`);
      for (const { name, password } of Object.values(ROLES)) {
        await admin.query(`create role ${name} login password '${password}'`);
      }
      await admin.query(`grant create on database owned to ${owner.name}`);
    });
    await this.as('owned', async (client) => {
      for (const what of ['functions', 'types']) {
        await client.query(`alter default privileges for role ${owner.name} revoke all on ${what} from public`);
      }
    });
    for (const name of ['plain', 'owned']) {
      await this.as(name, async (client) => {
        for (const table of HOST_TABLES) await client.query(table);
        await client.query(`grant select, insert on orders, bookings to ${application.name}`);
      });
    }
    await migrate(databaseOf(this.url, 'plain'));
    await migrate(databaseOf(this.url, 'owned', owner), '--app-role', application.name);
  }

  private async as<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: databaseOf(this.url, database) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined); // whoever asked for it is told
    return mine;
  }
}

function databaseOf(
  serverUrl: string,
  name: string,
  role?: { readonly name: string; readonly password: string },
): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  if (role) Object.assign(url, { username: role.name, password: role.password });
  return url.href;
}
