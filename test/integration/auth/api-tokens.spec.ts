import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ApiTokenService } from '../../../lib/auth/tokens/api-token.service.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { ApiTokenGateway } from '../../../lib/persistence/api-token.gateway.js';
import { AuditWriter } from '../../../lib/persistence/audit.writer.js';
import { Database } from '../../../lib/persistence/database.js';
import { afterHeld, whileHeld } from '../../support/meeting.js';
import { usePersistence } from '../../support/persistence.js';

const persistence = usePersistence();
const { query } = persistence;
let tokens: ApiTokenService;

beforeAll(() => void (tokens = serviceOn(persistence.dataSource)));
beforeEach(() => query('delete from __schema__.api_tokens'));

function serviceOn(dataSource: DataSource, maxReadBytes = 1_000_000): ApiTokenService {
  const modules = { get: () => dataSource } as unknown as ModuleRef;
  const options = resolveOptions({ database: { maxReadBytes } });
  const database = new Database(options, modules);
  return new ApiTokenService(new ApiTokenGateway(database, new AuditWriter(database, options)));
}

const NEW = { name: 'nightly import', userId: 'importer' };
const create = (more: object = {}) => tokens.create({ ...NEW, ...more }, 'ann');
const secretIn = (text: string) => text.split('_')[2]!;
const idOf = async (text: string) => (await tokens.userOf(text))?.tokenId ?? null;

/** Moves instants of all tokens into the past. */
const age = (column: string, seconds: number) =>
  query(`update __schema__.api_tokens set ${column} = ${column} - make_interval(secs => $1)`, seconds);

describe('a new token', () => {
  it('has everything that was asked for, and who created it', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000);
    const { secret, ...shown } = await create({ roles: ['operator'], namespaces: ['shop'], expiresAt });
    expect(shown).toEqual({
      ...{ ...NEW, id: expect.stringMatching(/^[0-9A-Za-z]{12}$/), roles: ['operator'], namespaces: ['shop'] },
      ...{ createdAt: expect.stringMatching(/Z$/), createdBy: 'ann', expiresAt: expiresAt.toISOString() },
      ...{ previousExpiresAt: null, lastUsedAt: null, revokedAt: null, revokedBy: null },
    });
    expect(secret).toMatch(new RegExp(`^tsk_${shown.id}_[0-9A-Za-z]{43}$`));
    expect(await tokens.userOf(secret)).toEqual({
      ...{
        id: 'importer',
        roles: ['operator'],
        namespaces: ['shop'],
        expiresAt,
        method: 'api_token',
        tokenId: shown.id,
      },
    });
  });

  it('has no role, every namespace and no end if nothing else was said', async () => {
    const { secret } = await create();
    expect(await tokens.userOf(secret)).toMatchObject({ roles: [], namespaces: null, expiresAt: null });
  });

  it('is stored as a digest, and its secret nowhere', async () => {
    const { id, secret } = await create();
    await tokens.rotate(id);
    await tokens.userOf(secret);
    const [row] = await query<{ row: string }>('select t::text as row from __schema__.api_tokens t');
    expect(row!.row).toContain(createHash('sha256').update(secretIn(secret)).digest('hex'));
    expect(row!.row).not.toContain(secretIn(secret));
    expect(JSON.stringify(await tokens.list())).not.toMatch(/tsk_|hash|secret/i);
  });

  const many = Array.from({ length: 101 }, (_, index) => `item ${index}`);
  it.each<[string, string, object]>([
    ['an empty name', '/name', { name: '' }],
    ['a long name', '/name', { name: 'x'.repeat(129) }],
    ['no user', '/userId', { userId: undefined }],
    ['a number as the user', '/userId', { userId: 7 }],
    ['a role that is no text', '/roles/1', { roles: ['viewer', 7] }],
    ['too many roles', '/roles', { roles: many }],
    ['a role instead of a list', '/roles', { roles: 'admin' }],
    ['no namespace', '/namespaces', { namespaces: [] }],
    ['too many namespaces', '/namespaces', { namespaces: many }],
    ['an expiry without a time zone', '/expiresAt', { expiresAt: '2030-01-31' }],
    ['an expiry in the past', '/expiresAt', { expiresAt: '2001-01-31T00:00:00Z' }],
    ['an unknown field', '/colour', { colour: 'red' }],
  ])('is refused with %s', async (_, pointer, more) => {
    await expect(create(more)).rejects.toMatchObject({ code: 'TASKER_INVALID_API_TOKEN', problems: [{ pointer }] });
  });

  it('is refused with every problem, and without somebody who creates it', async () => {
    const asked = tokens.create({ name: '', userId: '' }, '');
    await expect(asked).rejects.toMatchObject({
      problems: ['/name', '/userId', '/by'].map((pointer) => ({ pointer })),
    });
  });

  it('is refused where the list of all would not fit into an answer', async () => {
    const small = serviceOn(persistence.dataSource, 4_096);
    const roles = ['x'.repeat(128), 'y'.repeat(128)];
    const made: { readonly id: string }[] = [];
    const more = async (): Promise<void> => {
      made.push(await small.create({ ...NEW, roles }, 'ann'));
      await more();
    };
    await expect(more()).rejects.toMatchObject({ code: 'TASKER_TOO_MANY_API_TOKENS' });
    expect((await small.list()).map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    await create({ name: 'another' });
    await expect(small.list()).rejects.toMatchObject({ code: 'TASKER_ANSWER_TOO_LARGE', allowed: 4_096 });
  });
});

describe('a token', () => {
  it.each([
    ['another secret', (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')],
    ['another id', (text: string) => `tsk_000000000000_${secretIn(text)}`],
    ['less of the secret', (text: string) => text.slice(0, -1)],
    ['more of the secret', (text: string) => `${text}0`],
  ])('is refused with %s', async (_, change) => {
    const { secret } = await create();
    expect(await idOf(change(secret))).toBeNull();
  });

  it('is refused from its expiry on', async () => {
    const { id, secret } = await create({ expiresAt: new Date(Date.now() + 3_600_000) });
    await age('expires_at', 3_500);
    expect(await idOf(secret)).toBe(id);
    await age('expires_at', 100);
    expect(await idOf(secret)).toBeNull();
  });

  it('is refused as soon as it is revoked, with both of its secrets', async () => {
    const { id, secret } = await create();
    const { secret: next } = await tokens.rotate(id);
    expect([await idOf(secret), await idOf(next)]).toEqual([id, id]);
    await tokens.revoke(id, 'ben');
    expect([await idOf(secret), await idOf(next)]).toEqual([null, null]);
    const [shown] = await tokens.list();
    expect(shown).toMatchObject({ revokedBy: 'ben', revokedAt: expect.any(String), previousExpiresAt: null });
    await tokens.revoke(id, 'cid');
    expect(await tokens.list()).toEqual([shown]);
  });

  it.each(['000000000000', 'x', '', '\0'])('that does not exist cannot be rotated or revoked: %j', async (id) => {
    const unknown = { code: 'TASKER_UNKNOWN_API_TOKEN' };
    await expect(tokens.rotate(id)).rejects.toMatchObject(unknown);
    await expect(tokens.revoke(id, 'ann')).rejects.toMatchObject(unknown);
  });

  it('that has ended gets no new secret', async () => {
    const { id } = await create();
    await tokens.revoke(id, 'ann');
    await expect(tokens.rotate(id)).rejects.toMatchObject({ code: 'TASKER_ENDED_API_TOKEN' });
    const { id: expired } = await create({ expiresAt: new Date(Date.now() + 3_600_000) });
    await age('expires_at', 3_600);
    await expect(tokens.rotate(expired)).rejects.toMatchObject({ code: 'TASKER_ENDED_API_TOKEN' });
  });

  it('that ended 90 days ago is removed when another one is created', async () => {
    const DAY = 86_400;
    const [revoked, expired, active] = [
      await create(),
      await create({ expiresAt: new Date(Date.now() + 1_000) }),
      await create(),
    ];
    await tokens.revoke(revoked.id, 'ann');
    for (const column of ['created_at', 'expires_at', 'revoked_at']) await age(column, 89 * DAY);
    const ids = async () => (await tokens.list()).map(({ id }) => id);
    const kept = (await create()).id;
    expect(await ids()).toEqual([revoked.id, expired.id, active.id, kept]);
    for (const column of ['created_at', 'expires_at', 'revoked_at']) await age(column, 2 * DAY);
    const last = (await create()).id;
    expect(await ids()).toEqual([active.id, kept, last]);
  });
});

describe('the secret before a rotation', () => {
  it('is valid until the overlap is over, and the new one from then on too', async () => {
    const { id, secret } = await create();
    const { secret: next, previousExpiresAt } = await tokens.rotate(id, { overlapSeconds: 600 });
    expect(Date.parse(previousExpiresAt!) - Date.now()).toBeLessThanOrEqual(600_000);
    await age('previous_until', 590);
    expect([await idOf(secret), await idOf(next)]).toEqual([id, id]);
    await age('previous_until', 10);
    expect([await idOf(secret), await idOf(next)]).toEqual([null, id]);
  });

  it('is valid for an hour if nothing else was said', async () => {
    const { id } = await create();
    const { previousExpiresAt } = await tokens.rotate(id);
    const seconds = (Date.parse(previousExpiresAt!) - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(3_500);
    expect(seconds).toBeLessThanOrEqual(3_600);
  });

  it('ends at once without an overlap', async () => {
    const { id, secret } = await create();
    const { secret: next, previousExpiresAt } = await tokens.rotate(id, { overlapSeconds: 0 });
    expect(previousExpiresAt).toBeNull();
    expect([await idOf(secret), await idOf(next)]).toEqual([null, id]);
  });

  it('is not valid any more after another rotation', async () => {
    const { id, secret } = await create();
    const second = await tokens.rotate(id);
    const third = await tokens.rotate(id);
    expect([await idOf(secret), await idOf(second.secret), await idOf(third.secret)]).toEqual([null, id, id]);
  });

  it.each([-1, 604_801, 0.5, '60'])('cannot stay valid for %j seconds', async (overlapSeconds) => {
    const { id } = await create();
    const asked = tokens.rotate(id, { overlapSeconds: overlapSeconds as number });
    await expect(asked).rejects.toMatchObject({ problems: [{ pointer: '/overlapSeconds' }] });
  });

  it('is that of the other where two rotate at the same time, so that both callers have one that is valid', async () => {
    const { id, secret } = await create();
    const rotations = await afterHeld(
      persistence.url,
      (holder) => holder.query(`select from tasker.api_tokens for no key update`),
      () => Promise.all([tokens.rotate(id), tokens.rotate(id)]),
      { statement: 'rotate_api_token', end: 'commit' },
    );
    expect(await Promise.all(rotations.map((each) => idOf(each.secret)))).toEqual([id, id]);
    expect(await idOf(secret)).toBeNull();
  });
});

describe('the last use of a token', () => {
  it('is accepted although its use cannot be noted, and the log says so without the secret', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { id, secret } = await create();
    await query(
      `create function __schema__.refuse_use() returns trigger language plpgsql as $$ begin raise 'read only'; end $$`,
    );
    await query(
      'create trigger refuse_use before update on __schema__.api_tokens for each row execute function __schema__.refuse_use()',
    );
    try {
      expect(await idOf(secret)).toBe(id);
      expect(warned.mock.calls).toEqual([[expect.stringContaining(id), expect.stringContaining('read only')]]);
      expect(JSON.stringify(warned.mock.calls)).not.toContain(secretIn(secret));
    } finally {
      await query('drop trigger refuse_use on __schema__.api_tokens');
      await query('drop function __schema__.refuse_use()');
      warned.mockRestore();
    }
  });

  const lastUse = async () => (await tokens.list())[0]!.lastUsedAt;

  it('is noted, but not again within a minute', async () => {
    const { secret } = await create();
    await tokens.userOf(secret);
    const first = await lastUse();
    expect(Date.parse(first!)).toBeLessThanOrEqual(Date.now() + 1_000);
    await age('last_used_at', 50);
    const before = await lastUse();
    await tokens.userOf(secret);
    expect(await lastUse()).toBe(before);
    await age('last_used_at', 11);
    await tokens.userOf(secret);
    expect(await lastUse()).not.toBe(before);
  });

  it('is noted once by requests at the same time', async () => {
    const { id } = await create();
    const use = () => query<{ noted: boolean }>('select __schema__.use_api_token($1) as noted', id);
    const uses = (await Promise.all(Array.from({ length: 8 }, use))).flat();
    expect(uses.filter(({ noted }) => noted)).toHaveLength(1);
  });

  it('is none with a wrong secret', async () => {
    const { id } = await create();
    await tokens.userOf(`tsk_${id}_${'0'.repeat(43)}`);
    expect(await lastUse()).toBeNull();
  });

  it('does not wait for whoever holds the token', async () => {
    const { id, secret } = await create();
    const held = (holder: { query: (sql: string) => Promise<unknown> }) =>
      holder.query('select from tasker.api_tokens for update');
    expect(await whileHeld(persistence.url, held, () => idOf(secret))).toBe(id);
    expect(await lastUse()).toBeNull();
  });
});

describe('callers who are limited', () => {
  const shop = { roles: ['operator'], namespaces: ['shop', 'office'] };

  it('know the tokens whose namespaces are among theirs', async () => {
    const known = [await create({ namespaces: ['shop'] }), await create({ namespaces: ['office', 'shop'] })];
    const unknown = [await create(), await create({ namespaces: ['shop', 'warehouse'] })];
    expect((await tokens.list(shop)).map(({ id }) => id)).toEqual(known.map(({ id }) => id));
    for (const { id } of known) await tokens.rotate(id, {}, shop);
    for (const { id } of known) await tokens.revoke(id, 'ann', shop);
    for (const { id, secret } of unknown) {
      await expect(tokens.rotate(id, {}, shop)).rejects.toMatchObject({ code: 'TASKER_UNKNOWN_API_TOKEN' });
      await expect(tokens.revoke(id, 'ann', shop)).rejects.toMatchObject({ code: 'TASKER_UNKNOWN_API_TOKEN' });
      expect(await idOf(secret)).toBe(id);
    }
    expect(await tokens.list({ roles: null, namespaces: [] })).toEqual([]);
  });

  it('get no secret of a token that has more roles than they have', async () => {
    const { id, secret } = await create({ roles: ['operator', 'admin'], namespaces: ['shop'] });
    await expect(tokens.rotate(id, {}, shop)).rejects.toMatchObject({ code: 'TASKER_API_TOKEN_EXCEEDS_USER' });
    expect(await idOf(secret)).toBe(id);
    await tokens.rotate(id, {}, { ...shop, roles: null });
  });
});

describe('without a database', () => {
  let away: DataSource;
  beforeAll(async () => {
    away = new DataSource({ type: 'postgres', url: persistence.url });
    await away.initialize();
  });
  afterAll(() => away.destroy());

  it('nobody is told that a token is wrong', async () => {
    const { secret } = await create();
    const service = serviceOn(away);
    await service.userOf(secret);
    const unreachable = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' });
    const pool = (away.driver as unknown as { master: { connect: () => Promise<never> } }).master;
    pool.connect = () => Promise.reject(unreachable);
    await expect(service.userOf(secret)).rejects.toMatchObject({ code: 'TASKER_AUTH_UNAVAILABLE', httpStatus: 503 });
    await expect(service.userOf(secret)).rejects.not.toThrow(/10\.1\.2\.3/);
    expect(await service.userOf('tsk_x')).toBeNull();
  });
});
