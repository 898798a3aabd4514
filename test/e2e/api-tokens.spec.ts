import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module, type LoggerService } from '@nestjs/common';
import {
  ApiTokenAuthenticator,
  ApiTokenService,
  TASKER_AUTHENTICATOR,
  TASKER_AUTHORIZATION_COORDINATOR,
  TaskerModule,
  type NewApiToken,
  type Permission,
  type TaskerUser,
} from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { ADAPTERS } from '../support/adapters.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { WatchedAccess } from '../support/watched.access.js';

const NEW = { name: 'nightly import', userId: 'importer' };
const EXCEEDS = 'TASKER_API_TOKEN_EXCEEDS_USER';

/** As in `docs/authorization.md`. */
@Module({
  imports: [TaskerModule],
  providers: [{ provide: TASKER_AUTHENTICATOR, useClass: ApiTokenAuthenticator }],
})
class AccessModule {}

describe.each(ADAPTERS)('machines with tokens, on %s', (_, adapter) => {
  const logged: unknown[] = [];
  const keep = (...said: unknown[]): void => void logged.push(...said);
  const logger: LoggerService = { log: keep, warn: keep, error: keep, debug: keep, verbose: keep };
  let host: HttpHost;
  let http: Server;
  let tokens: ApiTokenService;
  const secrets: string[] = [];
  const texts: string[] = [];

  /** Only administrators may manage tokens. */
  const may = (user: TaskerUser | null, permission: Permission): boolean =>
    user?.roles?.includes('admin') === true || permission === 'tasker.task:index';

  beforeAll(async () => {
    host = await startHttpHost({
      adapter: adapter(),
      prepare: (app) => app.useLogger(logger),
      imports: [AccessModule],
      providers: [{ provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } }],
    });
    http = host.app.getHttpServer();
    tokens = host.app.get(ApiTokenService);
  });
  afterAll(() => host.close());

  async function secretOf(more: Partial<NewApiToken> = {}): Promise<string> {
    const { secret } = await tokens.create({ ...NEW, ...more }, 'ann');
    secrets.push(secret.split('_')[2]!);
    return secret;
  }

  async function ask(
    verb: 'get' | 'post' | 'delete',
    path: string,
    token: string | null,
    body?: object,
  ): Promise<request.Response> {
    const asked = request(http)[verb](`/tasker${path}`);
    if (token !== null) void asked.set('Authorization', `Bearer ${token}`);
    const answer = await (body ? asked.send(body) : asked);
    const { secret = null } = (answer.body ?? {}) as { secret?: string | null };
    if (secret === null) texts.push(answer.text);
    else secrets.push(secret.split('_')[2]!);
    return answer;
  }

  it('are let in with a token, until it is revoked', async () => {
    const secret = await secretOf();
    expect((await ask('get', '/tasks', secret)).status).toBe(200);
    const [, id] = secret.split('_');
    await tokens.revoke(id!, 'ann');
    const refused = await ask('get', '/tasks', secret);
    expect([refused.status, refused.body.code]).toEqual([401, 'TASKER_UNAUTHENTICATED']);
  });

  it.each<[string, (secret: string) => string | null]>([
    ['no token', () => null],
    ['another token', () => 'abc.def'],
    ['a wrong secret', (secret) => `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`],
    ['an unknown id', (secret) => `tsk_000000000000_${secret.split('_')[2]!}`],
    ['a truncated token', (secret) => secret.slice(0, -1)],
    ['an oversized token', (secret) => `${secret}${'0'.repeat(7_000)}`],
    ['a token that is in capitals', (secret) => secret.toUpperCase()],
  ])('are refused with %s', async (__, change) => {
    const { status, headers, body } = await ask('get', '/tasks', change(await secretOf()));
    expect([status, headers['www-authenticate'], body.code]).toEqual([401, 'Bearer', 'TASKER_UNAUTHENTICATED']);
  });

  it('are the initiators of what they start', async () => {
    const secret = await secretOf({ roles: ['admin'] });
    const order = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };
    const { id } = (await ask('post', '/tasks', secret, order)).body as { id: string };
    expect((await ask('get', `/tasks/${id}`, secret)).body.initiator).toBe('importer');
  });

  it('manage tokens; what has a secret is kept by no cache', async () => {
    const admin = await secretOf({ userId: 'ann', roles: ['admin'] });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const created = await ask('post', '/api_tokens', admin, { ...NEW, roles: ['viewer'], expiresAt });
    expect([created.status, created.headers['cache-control']]).toEqual([201, 'no-store']);
    const { secret, ...shown } = created.body as { secret: string; id: string };
    expect(shown).toMatchObject({ ...NEW, roles: ['viewer'], namespaces: null, createdBy: 'ann', expiresAt });
    const listed = await ask('get', '/api_tokens', admin);
    expect(listed.body.apiTokens).toContainEqual(shown);
    const rotated = await ask('post', `/api_tokens/${shown.id}/rotate`, admin, { overlapSeconds: 60 });
    expect([rotated.status, rotated.headers['cache-control']]).toEqual([200, 'no-store']);
    const { secret: next } = rotated.body as { secret: string };
    expect([(await ask('get', '/tasks', secret)).status, (await ask('get', '/tasks', next)).status]).toEqual([
      200, 200,
    ]);
    const revoked = await ask('delete', `/api_tokens/${shown.id}`, admin);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect([(await ask('get', '/tasks', secret)).status, (await ask('get', '/tasks', next)).status]).toEqual([
      401, 401,
    ]);
    expect((await ask('delete', `/api_tokens/${shown.id}`, admin)).status).toBe(204);
    expect((await ask('post', `/api_tokens/${shown.id}/rotate`, admin)).body.code).toBe('TASKER_ENDED_API_TOKEN');
  });

  it('without the permission manage none', async () => {
    const secret = await secretOf({ roles: ['viewer'] });
    for (const [verb, path] of [
      ['get', '/api_tokens'],
      ['post', '/api_tokens'],
      ['post', '/api_tokens/000000000000/rotate'],
      ['delete', '/api_tokens/000000000000'],
    ] as const) {
      const { status, body } = await ask(verb, path, secret, verb === 'get' ? undefined : NEW);
      expect([status, body.code]).toEqual([403, 'TASKER_FORBIDDEN']);
    }
  });

  it('get no answer with a secret that would be stored for repetitions', async () => {
    const admin = await secretOf({ roles: ['admin'] });
    const { status, body } = await request(http)
      .post('/tasker/api_tokens')
      .set({ Authorization: `Bearer ${admin}`, 'Idempotency-Key': 'once' })
      .send({ ...NEW, name: 'twice' });
    expect([status, body.code]).toEqual([400, 'TASKER_INVALID_HEADER']);
    expect((await tokens.list()).map(({ name }) => name)).not.toContain('twice');
    expect(await host.app.get(DataSource).query('select from tasker.idempotent_requests')).toEqual([]);
  });

  it('are refused with 503 while nobody can look them up', async () => {
    const secret = await secretOf();
    const dataSource = host.app.get(DataSource);
    const pool = (dataSource.driver as unknown as { master: { connect: () => Promise<unknown> } }).master;
    const { connect } = pool;
    pool.connect = () => Promise.reject(Object.assign(new Error('connect 10.1.2.3'), { code: 'ECONNREFUSED' }));
    try {
      const { status, body, text } = await ask('get', '/tasks', secret);
      expect([status, body.code]).toEqual([503, 'TASKER_AUTH_UNAVAILABLE']);
      expect(text).not.toContain('10.1.2.3');
    } finally {
      pool.connect = connect;
    }
  });

  it('find their secrets in no other answer, no log and no table', async () => {
    const admin = await secretOf({ roles: ['admin'] });
    await ask('post', '/api_tokens', admin, { ...NEW, name: 7, colour: 'red' });
    await ask('get', '/api_tokens', admin);
    expect(secrets.length).toBeGreaterThan(10);
    expect(texts.length).toBeGreaterThan(10);
    const [{ rows }] = await host.app
      .get(DataSource)
      .query<[{ rows: string }]>("select string_agg(t::text, e'\\n') as rows from tasker.api_tokens t");
    const all = [...texts, rows, ...logged.map((each) => JSON.stringify(each))].join('\n');
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });
});

describe.each(ADAPTERS)('users who hand out tokens, on %s', (_, adapter) => {
  const access = new WatchedAccess();
  let host: HttpHost;
  let tokens: ApiTokenService;

  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), providers: access.providers });
    tokens = host.app.get(ApiTokenService);
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    access.reset();
    await host.app.get(DataSource).query('delete from tasker.api_tokens');
  });

  const ask = (verb: 'get' | 'post' | 'delete', path: string, body?: object): request.Test =>
    request(host.app.getHttpServer())[verb](`/tasker${path}`).set('user', 'ben').send(body);
  const create = (more: Partial<NewApiToken>): request.Test => ask('post', '/api_tokens', { ...NEW, ...more });
  const known = async (): Promise<string[]> =>
    ((await ask('get', '/api_tokens').expect(200)).body.apiTokens as { name: string }[]).map(({ name }) => name);
  const is = (more: Partial<TaskerUser>): void => void (access.know = (id) => ({ id, ...more }));

  it.each<[string, Partial<TaskerUser>, Partial<NewApiToken>, readonly string[]]>([
    ['a role of theirs', { roles: ['operator', 'viewer'] }, { roles: ['viewer'] }, []],
    ['a role that they lack', { roles: ['operator'] }, { roles: ['operator', 'admin'] }, ['/roles/1']],
    ['a role, having none', { roles: [] }, { roles: ['viewer'] }, ['/roles/0']],
    ['any role as administrators', { roles: ['admin'] }, { roles: ['anything'] }, []],
    ['any role where users have no roles', {}, { roles: ['admin'] }, []],
    ['a namespace of theirs', { roles: [], namespaces: ['shop', 'office'] }, { namespaces: ['shop'] }, []],
    ['a namespace of others', { namespaces: ['shop'] }, { namespaces: ['shop', 'office'] }, ['/namespaces/1']],
    ['every namespace, having one', { roles: ['admin'], namespaces: ['shop'] }, {}, ['/namespaces']],
    ['everything that they lack', { roles: [], namespaces: [] }, { roles: ['admin'] }, ['/roles/0', '/namespaces']],
  ])('may give %s: %j', async (__, user, token, pointers) => {
    is(user);
    const { status, body } = await create(token);
    if (pointers.length === 0) {
      expect([status, body.createdBy]).toEqual([201, 'ben']);
      return;
    }
    expect([status, body.code]).toEqual([403, EXCEEDS]);
    expect((body.problems as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
    expect(await tokens.list()).toEqual([]);
  });

  it('get no secret of a token with roles that they lack', async () => {
    const { id, secret } = await tokens.create({ ...NEW, roles: ['admin'] }, 'ann');
    is({ roles: ['operator'] });
    expect((await ask('post', `/api_tokens/${id}/rotate`).expect(403)).body.code).toBe(EXCEEDS);
    expect(await tokens.userOf(secret)).not.toBeNull();
  });

  it.each<[string, () => void]>([
    ['limited to a namespace', () => is({ roles: ['admin'], namespaces: ['shop', 'office'] })],
    ['whose permissions have a scope', () => void (access.scope = () => ({ namespaces: ['shop', 'office'] }))],
    [
      'limited to one in two ways',
      () => {
        is({ namespaces: ['shop', 'warehouse'] });
        access.scope = () => ({ namespaces: ['office', 'shop'] });
      },
    ],
  ])('%s know the tokens of theirs alone', async (__, limit) => {
    const make = (name: string, namespaces: readonly string[] | null) =>
      tokens.create({ ...NEW, name, namespaces }, 'ann');
    const [own, every, mixed] = [
      await make('own', ['shop']),
      await make('every', null),
      await make('mixed', ['shop', 'bank']),
    ];
    limit();
    expect(await known()).toEqual(['own']);
    for (const { id, secret } of [every, mixed]) {
      expect((await ask('post', `/api_tokens/${id}/rotate`).expect(404)).body.code).toBe('TASKER_UNKNOWN_API_TOKEN');
      expect((await ask('delete', `/api_tokens/${id}`).expect(404)).body.code).toBe('TASKER_UNKNOWN_API_TOKEN');
      expect(await tokens.userOf(secret)).not.toBeNull();
    }
    await ask('post', `/api_tokens/${own.id}/rotate`).expect(200);
    await create({ namespaces: ['shop'] }).expect(201);
    await create({ namespaces: ['shop', 'bank'] }).expect(403);
    await create({}).expect(403);
    await ask('delete', `/api_tokens/${own.id}`).expect(204);
  });

  it('whose scope has other conditions know none, and create none', async () => {
    const { id } = await tokens.create({ ...NEW, namespaces: ['shop'] }, 'ann');
    access.scope = () => ({ namespaces: ['shop'], tags: ['ours'] });
    expect(await known()).toEqual([]);
    await ask('delete', `/api_tokens/${id}`).expect(404);
    expect((await create({ namespaces: ['shop'] }).expect(403)).body.code).toBe(EXCEEDS);
  });

  it('whose scope is every task know all', async () => {
    await tokens.create(NEW, 'ann');
    access.scope = () => ({});
    expect(await known()).toEqual([NEW.name]);
  });

  it('are asked about by their permissions', async () => {
    access.judge = ({ permission }) => permission !== 'tasker.api_token:index';
    expect((await ask('get', '/api_tokens').expect(403)).body.code).toBe('TASKER_FORBIDDEN');
    const { body } = await create({});
    await ask('post', `/api_tokens/${(body as { id: string }).id}/rotate`).expect(200);
    expect(access.asked.map(({ permission, subject: { kind } }) => [permission, kind])).toEqual(
      ['index', 'create', 'update'].map((action) => [`tasker.api_token:${action}`, 'system']),
    );
  });
});

describe('machines whose roles decide', () => {
  let host: HttpHost;
  const people = { authenticate: () => ({ id: 'ann' }) };

  beforeAll(async () => {
    const issuer = { permissions: ['tasker.api_token:*'] } as const;
    const auth = {
      authenticators: [ApiTokenAuthenticator, people],
      roles: { issuer, 'shop-issuer': { includes: ['issuer'], namespaces: ['shop'] } },
      defaultRoles: ['issuer'],
    };
    host = await startHttpHost({ tasker: { auth } });
  });
  afterAll(() => host.close());

  async function statusOf(roles: readonly string[] | null, verb: 'get' | 'post', path: string, body?: object) {
    const asked = request(host.app.getHttpServer())[verb](`/tasker${path}`);
    if (roles !== null) {
      const { secret } = await host.app.get(ApiTokenService).create({ ...NEW, roles }, 'ann');
      void asked.set('Authorization', `Bearer ${secret}`);
    }
    return (await asked.send(body)).status;
  }

  it.each<[readonly string[] | null, number, number, number]>([
    [['viewer'], 200, 403, 403],
    [['operator'], 200, 403, 403],
    [['admin'], 200, 200, 201],
    [['issuer'], 403, 200, 403],
    [[], 403, 403, 403],
    [null, 403, 200, 403], // ann, by the default roles
  ])('as %j, get for tasks %i, for tokens %i, for a token of an administrator %i', async (roles, ...statuses) => {
    expect([
      await statusOf(roles, 'get', '/tasks'),
      await statusOf(roles, 'get', '/api_tokens'),
      await statusOf(roles, 'post', '/api_tokens', { ...NEW, roles: ['admin'] }),
    ]).toEqual(statuses);
  });

  it.each([
    [201, ['shop']],
    [403, ['shop', 'office']],
    [403, null],
  ])('of a role with namespaces, get %i for a token of %j', async (status, namespaces) => {
    const body = { ...NEW, roles: ['shop-issuer'], namespaces };
    expect(await statusOf(['shop-issuer'], 'post', '/api_tokens', body)).toBe(status);
  });
});
