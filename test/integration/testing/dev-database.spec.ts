import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedServer, testDatabase } from '../../../lib/testing/index.js';
import { tasker, type CommandResult } from '../../support/command.js';
import { programOf } from '../../support/compiled.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { freePort } from '../../support/free.port.js';

const ROOT = join(import.meta.dirname, '../../..');
const PATIENCE_MS = 120_000; // servers are made and started on a machine that may be busy

const PRINT_DATABASE = `
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query('create sequence if not exists visits');
  const { rows } = await client.query(
    "select current_setting('server_encoding') as encoding, current_setting('port') as port, nextval('visits') as visit");
  const [{ encoding, port, visit }] = rows;
  console.log(encoding, port, process.env.TEST_DATABASE_URL === process.env.DATABASE_URL, visit);
  await client.end();
  process.exitCode = 3;`;

/**
 * An application that needs its connection for a while after a signal, until it is told to end. Like one of Nest, it ignores a
 * second signal.
 */
const END_SLOWLY = `
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  let isEnding = false;
  process.on('SIGTERM', async () => {
    if (isEnding) return;
    isEnding = true;
    await client.query('select pg_sleep(0.3)'); // longer than PostgreSQL takes to break connections
    await new Promise((told) => process.stdin.once('data', told));
    await client.query('select');
    await client.end();
    console.log('ended properly');
    process.exit(0);
  });
  console.log('ready');`;

/** Ends with the signal at once, as the shell does that npm starts an application with. */
const LEAVE_BEHIND = `
  const { spawn } = await import('node:child_process');
  spawn(process.execPath, ['--input-type=module', '-e', process.argv[1]], { stdio: 'inherit' });`;

describe('tasker dev-database', () => {
  const { file, flags } = programOf('lib/cli/main.ts');
  let folder: string;
  let refused: ReturnType<typeof startOnTakenPort>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tasker-dev-database-'));
    chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user, who has to get there
    refused = startOnTakenPort(); // takes as long as the command waits for an answer: other tests run meanwhile
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const devDatabase = (...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const args = [...flags, file, 'dev-database', ...argv];
      execFile(process.execPath, args, { cwd: ROOT }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      });
    });
  const printing = ['--', process.execPath, '--input-type=module', '-e', PRINT_DATABASE];

  it.each([
    ['the command itself', [END_SLOWLY]],
    ['an application that outlives the command', [LEAVE_BEHIND, END_SLOWLY]],
  ])(
    'keeps the database while what its process group was told to end still ends: %s',
    async (_, scripts) => {
      const args = [...flags, file, 'dev-database', '--temporary'];
      const command = [process.execPath, '--input-type=module', '-e', ...scripts];
      const group = spawn(process.execPath, [...args, '--', ...command], { cwd: ROOT, detached: true });
      const endsAtOnce = scripts.length === 1;
      const tellToEnd = (): unknown => group.stdin.write('end\n');
      let [out, err] = ['', ''];
      group.stderr.setEncoding('utf8').on('data', (text: string) => {
        err += text;
        tellToEnd();
      });
      group.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (!text.includes('ready')) return;
        process.kill(-group.pid!, 'SIGTERM');
        if (endsAtOnce) tellToEnd();
      });
      await new Promise((closed) => group.once('close', closed));
      expect(out).toBe('ready\nended properly\n');
      if (endsAtOnce && err === '') return; // on a slow machine, even this takes long enough to be told
      expect(err).toMatch(/^Waiting for the last connection .* Ctrl\+C .*\.\n$/);
    },
    PATIENCE_MS,
  );

  it('says in a sentence that its folder cannot be made, and ends with 2', async () => {
    const dataDir = join(folder, 'file');
    writeFileSync(dataDir, '');
    const { code, out, err } = await tasker(['dev-database', '--data-dir', dataDir]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Cannot write .*: ENOTDIR: .*\.\n$/);
  });

  async function startOnTakenPort(): Promise<{ readonly port: number; readonly results: readonly CommandResult[] }> {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const known = join(folder, 'known');
    mkdirSync(known);
    writeFileSync(join(known, 'password'), 'secret\n'); // so a server of its own might run there
    const results = await Promise.all(
      [join(folder, 'new/other'), known].map((dataDir) =>
        tasker(['dev-database', '--data-dir', dataDir, '--port', String(port)]),
      ),
    );
    silent.close();
    return { port, results };
  }

  it(
    'runs a command beside a database, ends with its exit code and keeps the data; uses the server that runs on them already, ' +
      'and leaves that one running, also if its command cannot be started',
    async () => {
      const port = await freePort();
      const dataDir = join(folder, 'data');
      const options = ['--data-dir', dataDir, '--port', String(port)];
      const visit = (n: number) => ({ code: 3, out: `UTF8 ${port} true ${n}\n`, err: '' });
      expect(await devDatabase(...options, ...printing)).toEqual(visit(1));
      const server = await startEmbeddedServer({ dataDir, port });
      try {
        expect(await devDatabase(...options, ...printing)).toEqual(visit(2));
        expect(await tasker(['dev-database', ...options, '--', 'no-such-command'])).toEqual({
          code: 2,
          out: '',
          err: 'Cannot start the command "no-such-command": the program was not found.\n',
        });
        expect(await databasesOf(server.url)).toContain('postgres');
      } finally {
        await server.stop();
      }
      await expect(databasesOf(server.url)).rejects.toThrow('ECONNREFUSED');
      expect(readFileSync(join(dataDir, 'data/PG_VERSION'), 'utf8')).toMatch(/^\d+\n$/);
    },
    PATIENCE_MS,
  );

  it(
    'says in a sentence that its port is taken, and ends with 1, also by a program that never answers as a PostgreSQL would',
    async () => {
      const { port, results } = await refused;
      for (const { code, out, err } of results) {
        expect([code, out]).toEqual([1, '']);
        expect(err).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use by another program: .*\\.\\n$`));
      }
    },
    PATIENCE_MS,
  );

  it.each(['0', '99999', 'five'])('refuses the port %s', async (port) => {
    expect(await tasker(['dev-database', '--port', port])).toMatchObject({ code: 2, out: '' });
  });
});

describe('testDatabase', () => {
  let server: TestDatabase;

  beforeAll(async () => {
    server = await createTestDatabase();
  });
  afterEach(() => {
    delete process.env.TEST_DATABASE_URL;
  });
  afterAll(() => server.drop());

  it('makes a database on the server of TEST_DATABASE_URL, and drops it with whatever is connected', async () => {
    process.env.TEST_DATABASE_URL = server.url;
    const database = await testDatabase();
    const name = new URL(database.url).pathname.slice(1);
    expect(await databasesOf(server.url)).toContain(name);

    const connected = new pg.Client({ connectionString: database.url });
    connected.on('error', () => undefined); // it is ended from the other side
    await connected.connect();
    await database.drop();
    expect(await databasesOf(server.url)).not.toContain(name);
    await connected.end();
  });

  it(
    'starts a server of its own without that, and stops it',
    async () => {
      const database = await testDatabase();
      expect(await databasesOf(database.url)).toHaveLength(4); // three of the server's, and ours
      await database.drop();
      await expect(databasesOf(database.url)).rejects.toThrow('ECONNREFUSED');
    },
    PATIENCE_MS,
  );
});

async function databasesOf(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('select datname as name from pg_database');
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
