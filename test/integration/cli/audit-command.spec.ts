import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditService, TaskService } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { hashOf } from '../../../lib/audit/audit.chain.js';
import { entryOfLine, exportLine } from '../../../lib/audit/audit.export.js';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { publishedHead } from '../../../lib/audit/published.head.js';
import { AuditGateway } from '../../../lib/persistence/audit.gateway.js';
import { tasker, type CommandResult } from '../../support/command.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startHttpHost, type HttpHost } from '../../support/http.host.js';
import { tamper } from '../../support/tampering.js';

const START = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };

let db: TestDatabase;
let host: HttpHost;
let folder: string;
let taskId: string;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tasker-audit-'));
  host = await startHttpHost({ shared: db });
  const tasks = host.app.get(TaskService);
  taskId = (await tasks.start(START)).id;
  await tasks.change(taskId, { priority: 3 }, { actor: 'eve' });
  await tasks.hold(taskId, { actor: 'a\nnn', reason: 'the shelf is empty' });
  await host.app.get(AuditSealer).runOnce();
  await tasks.release(taskId, { actor: 'ann' }); // not sealed
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await host.close();
  await db.drop();
});

const audit = (...argv: readonly string[]): Promise<CommandResult> =>
  tasker(['audit', ...argv], { DATABASE_URL: db.url });
const offline = (...argv: readonly string[]): Promise<CommandResult> => tasker(['audit', 'verify', ...argv]);
const database = (): DataSource => host.app.get(DataSource);

/** The first line of a chain as a second one, with the hash that it then has. */
function afterAnother(line: string): string {
  const { namespace, entry } = entryOfLine(line)!;
  const moved = { ...entry, previousHash: 'f'.repeat(64) };
  return exportLine(namespace, { ...moved, hash: hashOf(namespace, moved) });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('tasker audit list', () => {
  it('has a line for each entry, the newest first', async () => {
    const { code, out, err } = await audit('list');
    expect([code, err]).toEqual([0, '']);
    const [released, held, changed] = out.split('\n');
    const ends = '; done; namespace warehouse; ';
    expect(released).toMatch(
      new RegExp(`^[\\d-]+T[\\d:.]+Z releaseTask on task ${taskId} by ann over code${ends}not sealed yet$`),
    );
    expect(held).toMatch(new RegExp(`holdTask on task ${taskId} by a\\\\nnn over code${ends}place 2$`));
    expect(changed).toMatch(/changeTask on task .* by eve/);
  });

  it('has pages, and lines of JSON', async () => {
    const { out, err } = await audit('list', '--limit', '2', '--json');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { operation: string }).operation),
    ).toEqual(['releaseTask', 'holdTask']);
    const [, cursor] = /^There are more: --after (.+)\n$/.exec(err)!;
    expect((await audit('list', '--after', cursor!)).out).toMatch(/^\S+ changeTask [^\n]+\n$/);
  });

  it('finds what is asked for', async () => {
    expect((await audit('list', '--operation', 'holdTask', '--outcome', 'done', 'denied')).out).toMatch(
      /^\S+ holdTask.*\n$/,
    );
    expect((await audit('list', '--subject-kind', 'webhook')).err).toBe('There are no such entries.\n');
    expect(await audit('list', '--task-id', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('/taskId') });
    expect((await audit('list', '--outcome', 'lost')).code).toBe(2);
  });
});

describe('tasker audit verify', () => {
  it('counts entries, and finds nothing wrong', async () => {
    expect(await audit('verify')).toEqual({
      ...{ code: 0, err: '' },
      out: 'The audit log is as it was sealed. 2 entries were checked; the details of 0 are erased.\n',
    });
    const { out } = await audit('verify', '--namespace', 'nowhere', '--json');
    expect(JSON.parse(out)).toEqual({ isValid: true, entries: 0, erased: 0, faults: [], heads: [] });
  });

  it('compares with heads that were kept', async () => {
    const { out } = await audit('heads');
    expect(JSON.parse(out)).toEqual((await host.app.get(AuditService).heads())[0]);
    const kept = file('heads.jsonl', `${out}\n`);
    expect((await audit('verify', '--heads', kept)).code).toBe(0);
    const other = file('other.jsonl', JSON.stringify({ ...JSON.parse(out), hash: 'f'.repeat(64) }));
    const { code, out: told } = await audit('verify', '--heads', other);
    expect([code, told.split('\n')[1]]).toEqual([
      1,
      'warehouse  2        resealed  has another hash than the head that was kept',
    ]);
    expect(await audit('verify', '--heads', file('none.jsonl', '{"seq":1}'))).toEqual({
      ...{ code: 1, out: '' },
      err: 'Line 1 does not belong to the heads of an audit log.\n',
    });
  });

  it('believes only heads that are signed, if it gets the key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = file('key.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const [head] = await host.app.get(AuditGateway).chains(null);
    const signed = publishedHead({ ...head!, time: '2030-01-31T08:00:00.000Z' }, privateKey);
    const verify = (heads: object, ...rest: readonly string[]) =>
      audit('verify', '--heads', file('signed.jsonl', JSON.stringify(heads)), '--public-key', key, ...rest);
    expect((await verify(signed)).code).toBe(0);
    const forged = { code: 1, out: '', err: expect.stringContaining('has no valid signature') };
    expect(await verify({ ...signed, seq: '1' })).toEqual(forged);
    expect(await verify({ ...signed, signature: null })).toEqual(forged);
    expect(await audit('verify', '--public-key', key)).toMatchObject({
      err: "error: option '--public-key <file>' needs option '--heads <file>'\n",
    });
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = file('rsa.pem', rsa.export({ type: 'spki', format: 'pem' }).toString());
    expect((await verify(signed, '--public-key', other)).err).toMatch(
      /^Cannot read .*rsa\.pem: it has a key of type rsa/,
    );
  });

  it('prints what is wrong as a table, and ends with 1', async () => {
    await tamper(database(), `update tasker.audit_log set actor = 'bob' where seq = 1`);
    await tamper(database(), `delete from tasker.audit_log where seq = 2`);
    try {
      expect(await audit('verify')).toEqual({
        ...{ code: 1, err: '' },
        out: [
          'NAMESPACE  ENTRIES  FAULT    MEANING',
          'warehouse  1        changed  is not what was sealed',
          'warehouse  2        missing  was removed',
          'The audit log is not as it was sealed. 1 entries were checked; the details of 0 are erased.',
          '',
        ].join('\n'),
      });
    } finally {
      await tamper(database(), `update tasker.audit_log set actor = 'eve' where seq = 1`);
    }
  });
});

describe('an export', () => {
  let lines: readonly string[];
  beforeAll(async () => {
    await host.app.get(AuditSealer).runOnce();
    await tamper(database(), 'truncate tasker.audit_log, tasker.audit_chains');
    const tasks = host.app.get(TaskService);
    for (const act of ['hold', 'release', 'hold'] as const) await tasks[act](taskId, { actor: 'ann' });
    await host.app.get(AuditSealer).runOnce();
    const { code, out, err } = await audit('export');
    expect([code, err]).toEqual([0, '']);
    lines = out.trim().split('\n');
  });

  it('is verified without a database', async () => {
    expect(lines).toHaveLength(3);
    const { code, out } = await offline('--file', file('whole.jsonl', `${lines.join('\n')}\n\n`));
    expect([code, out]).toEqual([
      0,
      'The audit log is as it was sealed. 3 entries were checked; the details of 0 are erased.\n',
    ]);
    const { heads } = JSON.parse((await offline('--json', '--file', join(folder, 'whole.jsonl'))).out) as {
      heads: object;
    };
    expect(heads).toEqual(await host.app.get(AuditService).heads());
  });

  it.each<[string, (all: readonly string[]) => readonly string[], string]>([
    [
      'a field was changed',
      ([one, ...more]) => [one!.replace('"holdTask"', '"skipStep"'), ...more],
      '1        changed',
    ],
    [
      'the details were changed',
      ([one, ...more]) => [one!.replace(/"salt":"./, '"salt":"g'), ...more],
      '1        changed',
    ],
    ['an entry is missing', ([one, , three]) => [one!, three!], '2        missing'],
    ['the first entry says that there is one before it', ([one]) => [afterAnother(one!)], '1        changed'],
  ])('says so if %s', async (_, change, fault) => {
    const { code, out } = await offline('--file', file('changed.jsonl', change(lines).join('\n')));
    expect(code).toBe(1);
    expect(out).toContain(`\nwarehouse  ${fault}`);
  });

  it('that lacks its end is found by a head that was kept', async () => {
    const kept = file('heads.jsonl', (await audit('heads')).out);
    const part = file('part.jsonl', lines.slice(0, 2).join('\n'));
    expect((await offline('--file', part)).code).toBe(0);
    expect((await offline('--file', part, '--heads', kept)).out).toContain('\nwarehouse  3        missing');
    expect((await offline('--file', file('empty.jsonl', ''), '--heads', kept)).out).toContain(
      '\nwarehouse  1-3      missing',
    );
  });

  it('that lacks its beginning is found, as no entry says that it was removed', async () => {
    const { code, out } = await offline('--file', file('later.jsonl', lines.slice(1).join('\n')));
    expect([code, out]).toEqual([1, expect.stringContaining('\nwarehouse  1        missing')]);
  });

  it.each([
    ['no JSON', 'nonsense', 'Line 1 does not belong to an export'],
    ['other JSON', '{"namespace":null,"seq":"1"}', 'Line 1 does not belong to an export'],
  ])('is refused if it has %s', async (_, text, message) => {
    const { code, err } = await offline('--file', file('wrong.jsonl', text));
    expect([code, err]).toEqual([1, `${message} of an audit log.\n`]);
  });

  it('is refused if it cannot be read', async () => {
    const missing = await offline('--file', join(folder, 'none'));
    expect([missing.code, missing.err]).toEqual([2, expect.stringMatching(/^Cannot read .*none: ENOENT/)]);
    expect(await offline('--file', folder)).toMatchObject({ code: 2, err: expect.stringContaining('EISDIR') });
    expect((await offline('--file', 'x', '--namespace', 'warehouse')).code).toBe(2);
  });
});
