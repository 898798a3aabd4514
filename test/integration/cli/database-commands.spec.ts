import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { readSqlFiles } from '../../../lib/persistence/sql.files.js';
import { tasker, type CommandResult } from '../../support/command.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { connect } from '../../support/persistence.js';

let db: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  db = await createTestDatabase();
  client = await connect(db.url);
});
afterEach(async () => {
  await client.end();
  await db.drop();
});

const dropSchema = (): Promise<unknown> => client.query('drop schema tasker cascade');
const run = (...argv: readonly string[]): Promise<CommandResult> => tasker(argv, { DATABASE_URL: db.url });

describe('tasker migrate', () => {
  it('applies what is missing and names it, and then has nothing left to do', async () => {
    await dropSchema();
    const { migrations, objects } = await readSqlFiles();
    const { code, out } = await run('migrate');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      ...[...migrations, ...objects].map(({ name }) => `applied ${name}`),
      `The schema "tasker" is up to date; ${migrations.length + objects.length} files were applied.`,
      '',
    ]);
    expect(await run('migrate')).toEqual({ code: 0, out: 'The schema "tasker" was up to date.\n', err: '' });
  });

  it('uses the schema and the URL it is told', async () => {
    await dropSchema();
    const { code } = await tasker(['migrate', '--schema', 'other', '--url', db.url]);
    expect(code).toBe(0);
    expect((await run('status', '--schema', 'other')).code).toBe(0);
    expect((await run('status')).code).toBe(1);
  });

  it('refuses a database of a newer version', async () => {
    await client.query(`insert into tasker.schema_files values ('migrations/9999_later.sql', '', '99.0.0')`);
    const { code, err } = await run('migrate');
    expect(code).toBe(1);
    expect(err).toContain('migrations/9999_later.sql');
    expect(err).not.toMatch(/\n\s+at /);
  });

  it.each<[string, (role: string) => Promise<unknown>]>([
    ['create the schema', () => dropSchema()],
    [
      'replace a function',
      async (role) => {
        await client.query(`update tasker.schema_files set checksum = 'x' where name = 'functions/advance.sql'`);
        await client.query(`grant create, usage on schema tasker to ${role}`);
        await client.query(`grant all on tasker.schema_files to ${role}`);
      },
    ],
  ])('names the user that lacks the permission to %s', async (_, prepare) => {
    const role = `poor_${db.name}`;
    await client.query(`create role ${role} login password 's3cret'`);
    try {
      await prepare(role);
      const { code, err } = await tasker(['migrate', '--url', as(role, 's3cret')]);
      expect(code).toBe(2);
      expect(err).toMatch(new RegExp(`^The user "${role}" lacks a required privilege \\(.*\\)\\..*\n$`));
      expect(err).not.toContain('s3cret');
    } finally {
      await client.query(`drop owned by ${role}`);
      await client.query(`drop role ${role}`);
    }
  });
});

describe('tasker token', () => {
  const create = (...more: readonly string[]): Promise<CommandResult> =>
    run('token', 'create', '--name', 'nightly import', '--user', 'importer', ...more);
  const idIn = (secret: string): string => secret.split('_')[1]!;
  const row = async (): Promise<Record<string, unknown>> =>
    (await client.query<Record<string, unknown>>('select * from tasker.api_tokens')).rows[0]!;

  it('prints the secret of a new token alone, and says the rest elsewhere', async () => {
    const { code, out, err } = await create('--role', 'viewer', 'operator', '--namespace', 'shop', '--by', 'ann');
    expect([code, out]).toEqual([0, expect.stringMatching(/^tsk_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}\n$/)]);
    expect(err).toContain(`The token ${idIn(out)} (nightly import) is created.`);
    expect(err).not.toContain(out.trim());
    expect(await row()).toMatchObject({
      ...{ id: idIn(out), name: 'nightly import', user_id: 'importer', created_by: 'ann' },
      ...{ roles: ['viewer', 'operator'], namespaces: ['shop'], expires_at: null },
    });
  });

  it('lists, rotates and revokes tokens, and shows no secret but a new one', async () => {
    expect(await run('token', 'list')).toEqual({ code: 0, out: '', err: 'There are no tokens.\n' });
    const id = idIn((await create('--expires-at', '2999-01-31T08:00:00Z')).out);
    const known = `${id} nightly import: acts as importer; roles none; namespaces all`;
    expect((await run('token', 'list')).out).toBe(`${known}; expires 2999-01-31T08:00:00.000Z; last used never\n`);
    const rotated = await run('token', 'rotate', id, '--overlap-seconds', '0');
    expect([rotated.code, idIn(rotated.out)]).toEqual([0, id]);
    expect(await row()).toMatchObject({ previous_hash: null, created_by: 'tasker' });
    expect(await run('token', 'revoke', id)).toEqual({ code: 0, out: '', err: `The token ${id} is revoked.\n` });
    expect((await run('token', 'list')).out).toMatch(new RegExp(`^${known}; revoked .*Z; last used never\n$`));
    expect(await run('token', 'rotate', id)).toMatchObject({ code: 1, out: '' });
  });

  it('refuses what REST refuses', async () => {
    const { code, out, err } = await create('--expires-at', 'tomorrow');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('/expiresAt must be');
    expect(await run('token', 'revoke', 'x')).toEqual({ code: 1, out: '', err: 'There is no API token "x".\n' });
    expect((await run('token', 'rotate', 'x', '--overlap-seconds', 'ten')).code).toBe(2);
  });

  it('shows a name on one line', async () => {
    await run('token', 'create', '--name', 'a\nb\u001b[2J', '--user', 'c');
    expect((await run('token', 'list')).out).toMatch(/^\w+ a\\nb\\u001b\[2J: acts as c;.*\n$/);
  });

  it('says so where there is no schema', async () => {
    await dropSchema();
    expect(await run('token', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('migrate') });
  });
});

describe('tasker status', () => {
  it('lists what is missing and ends with 1', async () => {
    await client.query(`delete from tasker.schema_files where name = 'functions/advance.sql'`);
    const { code, out } = await run('status');
    expect(code).toBe(1);
    expect(out).toContain('npx nestjs-tasker migrate');
    expect(out).toContain('\n    functions/advance.sql\n');
  });

  it('lists what a newer version applied, and what was edited', async () => {
    await client.query(`insert into tasker.schema_files values ('migrations/9999_later.sql', '', '99.0.0')`);
    await client.query(`update tasker.schema_files set checksum = 'x' where name = 'migrations/0001_tables.sql'`);
    const { code, out } = await run('status');
    expect(code).toBe(1);
    expect(out).toContain('\n    migrations/9999_later.sql\n');
    expect(out).toContain('\n    migrations/0001_tables.sql\n');
  });

  it('says when it is up to date', async () => {
    expect(await run('status')).toEqual({ code: 0, out: 'The schema "tasker" is up to date.\n', err: '' });
  });

  it('says when there is no such schema', async () => {
    const { code, err } = await run('status', '--schema', 'other');
    expect(code).toBe(1);
    expect(err).toMatch(/^The database has no schema "other"; .*\n$/);
  });

  it('says when there is no such database', async () => {
    const url = new URL(db.url);
    url.pathname = '/no_such_database';
    const { code, err } = await tasker(['status', '--url', url.href]);
    expect(code).toBe(2);
    expect(err).toMatch(/^PostgreSQL at .*:\d+ refused the command: database "no_such_database" does not exist\.\n$/);
  });
});

/** The URL of the database for another user. */
function as(user: string, password: string): string {
  const url = new URL(db.url);
  url.username = user;
  url.password = password;
  return url.href;
}
