import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type GenerateKeyPairResult,
  type JSONWebKeySet,
  type JWTPayload,
} from 'jose';
import { JwtAuthenticator } from '../../../lib/auth/jwt/jwt.authenticator.js';
import type { TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import { answering, useServers, type Answer, type AnsweringServer } from '../../support/answering.server.js';

const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'tasker';
const RULES = { issuer: ISSUER, audience: AUDIENCE };
const SECRET = 's'.repeat(32);
const HOUR_S = 3_600;

const now = (): number => Math.floor(Date.now() / 1_000);
const claims = (more: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
  ...{ iss: ISSUER, aud: AUDIENCE, sub: 'ann', iat: now(), exp: now() + HOUR_S },
  ...more,
});
const bearing = (token: string): object => ({ headers: { authorization: `Bearer ${token}` } });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function signed(
  payload: JWTPayload,
  key: CryptoKey | Uint8Array = bytes(SECRET),
  header: object = {},
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
}

describe('tokens that are signed with a secret', () => {
  const jwt = new JwtAuthenticator({ ...RULES, secret: SECRET });
  const userOf = async (payload: JWTPayload, header?: object): Promise<unknown> =>
    jwt.authenticate(bearing(await signed(payload, bytes(SECRET), header)));

  it('name their user, with roles and namespaces, until they expire', async () => {
    const exp = now() + 60;
    const user = await userOf(claims({ exp, jti: 'pass 1', roles: ['operator'], namespaces: ['garden'] }));
    expect(user).toEqual({
      ...{ id: 'ann', roles: ['operator'], namespaces: ['garden'], expiresAt: new Date(exp * 1_000) },
      ...{ method: 'jwt', tokenId: 'pass 1' },
    });
  });

  it.each(['operator', null, 7, ['operator', 7], { operator: true }])(
    'give no role and no namespace by a claim that is no list of strings: %j',
    async (claim) => {
      expect(await userOf(claims({ roles: claim, namespaces: claim }))).toMatchObject({ roles: [], namespaces: [] });
    },
  );

  it('say nothing of roles and namespaces without the claims', async () => {
    expect(Object.keys((await userOf(claims())) as object).sort()).toEqual(['expiresAt', 'id', 'method']);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['have expired', { exp: now() - HOUR_S }],
    ['expired a moment ago, beyond the tolerance', { iat: now() - HOUR_S, exp: now() - 10 }],
    ['never expire', { exp: undefined }],
    ['expire in milliseconds', { exp: Date.now() + HOUR_S * 1_000 }],
    ['are valid for longer than a day', { exp: now() + 25 * HOUR_S }],
    ['are of the future', { iat: now() + HOUR_S, exp: now() + 2 * HOUR_S }],
    ['are not valid yet', { nbf: now() + HOUR_S }],
    ['do not say how old they are', { iat: undefined }],
    ['are for others', { aud: 'shop' }],
    ['are for nobody', { aud: undefined }],
    ['come from somebody else', { iss: 'https://evil.example.com/' }],
    ['come from nobody', { iss: undefined }],
    ['name nobody', { sub: undefined }],
    ['name nobody in particular', { sub: '' }],
  ])('are refused if they %s', async (_, more) => {
    expect(await userOf(claims(more))).toBeNull();
  });

  it('are refused if something else signed them, or nothing', async () => {
    const tokens = [
      await signed(claims(), bytes('t'.repeat(32))),
      await signed(claims(), bytes(SECRET.repeat(2)), { alg: 'HS512' }),
      new UnsecuredJWT(claims()).encode(),
      (await signed(claims())).slice(0, -4),
      'x.y.z',
    ];
    for (const token of tokens) expect(await jwt.authenticate(bearing(token))).toBeNull();
  });

  it('are read from Bearer alone, and not if they are huge', async () => {
    const token = await signed(claims());
    const huge = await signed(claims({ more: 'x'.repeat(9_000) }));
    const headers = [
      {},
      { authorization: token },
      { authorization: `Basic ${token}` },
      { authorization: `Bearer ${huge}` },
    ];
    for (const each of headers) expect(await jwt.authenticate({ headers: each })).toBeNull();
    expect(await jwt.authenticate({})).toBeNull();
  });

  it('may be a little early or late, and of a kind, and name users in another way', async () => {
    const user = ({ email }: JWTPayload): { id: string } => ({ id: String(email) });
    const other = new JwtAuthenticator({ ...RULES, secret: SECRET, type: 'at+jwt', user });
    const token = await signed(claims({ email: 'ann@example.com', iat: now() + 3 }), bytes(SECRET), { typ: 'at+jwt' });
    expect(await other.authenticate(bearing(token))).toMatchObject({ id: 'ann@example.com' });
    expect(await other.authenticate(bearing(await signed(claims())))).toBeNull();
  });
});

describe('options of tokens', () => {
  it.each<[string, object]>([
    ['secret must have at least 32 bytes, and has 8', { secret: 'too long' }],
    ['secret must have at least 64 bytes, and has 32', { secret: SECRET, algorithms: ['HS256', 'HS512'] }],
    ['algorithms must be one of HS256', { secret: SECRET, algorithms: ['HS256', 'RS256'] }],
    ['algorithms must be one of RS256', { keys: { keys: [] }, algorithms: ['HS256'] }],
    ['algorithms must be one of RS256', { keys: { keys: [] }, algorithms: ['none'] }],
    ['issuer must be an https URL, as there is none of secret, keys, keysUrl', { issuer: 'acme' }],
    ['issuer must be an https URL, as there is none of', { issuer: ['https://a.example', 'https://b.example'] }],
    ['issuer must be an https URL, as there is none of', { issuer: 'http://login.example.com' }],
    [
      'only one of secret, keys, keysUrl is allowed, got secret, keysUrl',
      { secret: SECRET, keysUrl: 'https://a.example' },
    ],
    ['keys must be a JWK Set', { keys: { keys: [] } }],
    ['keysUrl must be an https URL', { keysUrl: 'http://login.example.com/keys' }],
    ['keysUrl must be an https URL', { keysUrl: 'https://ann:secret@login.example.com/keys' }],
    ['issuer must be a string', { secret: SECRET, issuer: undefined }],
    ['audience must be a string', { secret: SECRET, audience: [] }],
    ['clockToleranceSeconds must be a number from 0 to 60', { secret: SECRET, clockToleranceSeconds: 61 }],
    ['secrte is not a known option', { secret: SECRET, secrte: SECRET }],
  ])('are refused with "%s"', (fault, options) => {
    expect(() => new JwtAuthenticator({ ...RULES, ...options })).toThrow(fault);
  });
});

describe('tokens that are signed with keys which the issuer publishes', () => {
  let pairs: readonly GenerateKeyPairResult[];
  let server: Server;
  let published: JSONWebKeySet | null;
  let fetches: number;
  let logged: string[];
  let jwt: JwtAuthenticator;
  let passed = 0;

  beforeAll(async () => {
    pairs = await Promise.all([1, 2].map(() => generateKeyPair('ES256', { extractable: true })));
    server = createServer((_, response) => {
      fetches++;
      response.statusCode = published ? 200 : 500;
      response.end(JSON.stringify(published));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(async () => {
    [fetches, logged, passed] = [0, [], 0];
    await publish(0);
    const performanceNow = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => performanceNow() + passed);
    jest.spyOn(Logger.prototype, 'error').mockImplementation((text) => void logged.push(String(text)));
    jest.spyOn(Logger.prototype, 'log').mockImplementation((text) => void logged.push(String(text)));
    const { port } = server.address() as AddressInfo;
    jwt = new JwtAuthenticator({ ...RULES, keysUrl: `http://127.0.0.1:${port}/keys` });
  });
  afterEach(() => void jest.restoreAllMocks());

  const kidOf = (index: number): string => `key ${index}`;
  const publish = async (...indexes: readonly number[]): Promise<void> => {
    const jwks = indexes.map(async (index) => ({ ...(await exportJWK(pairs[index]!.publicKey)), kid: kidOf(index) }));
    published = { keys: await Promise.all(jwks) };
  };
  const tokenOf = (index: number, kid = kidOf(index)): Promise<string> =>
    signed(claims(), pairs[index]!.privateKey, { alg: 'ES256', kid });
  const idOf = async (index: number, kid?: string): Promise<string | undefined> =>
    (await jwt.authenticate(bearing(await tokenOf(index, kid))))?.id;

  it('are accepted, and the keys fetched once for many at a time', async () => {
    expect(await Promise.all(Array.from({ length: 10 }, () => idOf(0)))).toEqual(Array(10).fill('ann'));
    expect(fetches).toBe(1);
  });

  it('are refused if the public key is taken for a secret', async () => {
    const secret = bytes(await exportSPKI(pairs[0]!.publicKey));
    const token = await signed(claims(), secret, { alg: 'HS256', kid: kidOf(0) });
    expect(await jwt.authenticate(bearing(token))).toBeNull();
  });

  it('are accepted as soon as a new key is published, and unknown keys do not make anybody fetch at each request', async () => {
    expect(await idOf(0)).toBe('ann');
    await publish(1);
    passed = 6_000;
    expect(await idOf(1)).toBe('ann');
    expect(await idOf(0)).toBeUndefined();
    for (let n = 0; n < 5; n++) expect(await idOf(0, `unknown ${n}`)).toBeUndefined();
    expect(fetches).toBe(2);
  });

  it('are accepted by the last keys while the issuer is out of order, and are no forgeries after that', async () => {
    expect(await idOf(0)).toBe('ann');
    published = null;
    passed = 3_600_000;
    expect(await idOf(0)).toBe('ann');
    passed = 25 * 3_600_000;
    await expect(idOf(0)).rejects.toMatchObject({ code: 'TASKER_AUTH_UNAVAILABLE', httpStatus: 503 });
    await publish(0);
    passed += 6_000;
    expect(await idOf(0)).toBe('ann');
    expect(logged).toEqual([
      expect.stringMatching(/^Cannot fetch the keys .*: the status is 500\. The last keys stay in use for now\.$/),
      expect.stringMatching(/^The keys that sign tokens can be fetched again from /),
    ]);
  });

  it('are no forgeries if their key is unknown while the issuer is out of order', async () => {
    expect(await idOf(0)).toBe('ann');
    published = null;
    passed = 6_000;
    await expect(idOf(1)).rejects.toMatchObject({ httpStatus: 503 });
    expect(await idOf(0)).toBe('ann');
  });

  it('are accepted by keys that the options have', async () => {
    const own = new JwtAuthenticator({ ...RULES, keys: published!, algorithms: ['ES256'] });
    expect(await own.authenticate(bearing(await tokenOf(0)))).toMatchObject({ id: 'ann' });
    expect(await own.authenticate(bearing(await tokenOf(1)))).toBeNull();
    expect(fetches).toBe(0);
  });

  it('take a source without a value for none', async () => {
    const { port } = server.address() as AddressInfo;
    const empty = { secret: undefined, keys: undefined, keysUrl: `http://127.0.0.1:${port}/keys` };
    const other = new JwtAuthenticator({ ...RULES, ...empty });
    expect(await other.authenticate(bearing(await tokenOf(0)))).toMatchObject({ id: 'ann' });
  });

  it('wait for nobody who has just failed', async () => {
    published = null;
    for (let n = 0; n < 5; n++) await expect(idOf(0)).rejects.toMatchObject({ httpStatus: 503 });
    expect(fetches).toBe(1);
    expect(logged).toHaveLength(1);
  });
});

describe('the description of an issuer', () => {
  const servers = useServers();
  let pair: GenerateKeyPairResult;
  let logged: string[];
  beforeAll(async () => void (pair = await generateKeyPair('ES256', { extractable: true })));
  beforeEach(() => {
    logged = [];
    jest.spyOn(Logger.prototype, 'error').mockImplementation((text) => void logged.push(String(text)));
  });
  afterEach(() => void jest.restoreAllMocks());

  const userBy = async (issuer: string): Promise<TaskerUser | null> => {
    const token = await signed(claims({ iss: issuer }), pair.privateKey, { alg: 'ES256', kid: 'one' });
    return new JwtAuthenticator({ issuer, audience: AUDIENCE }).authenticate(bearing(token));
  };
  const described = (url: string, more: object = {}): object => ({ issuer: url, jwks_uri: `${url}/keys`, ...more });

  it.each(['', '/'])('says where its keys are, if its URL ends with "%s"', async (end) => {
    const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one' }] };
    const answer: Answer = (response, { path }) => {
      const issuer = `${server.url}${end}`;
      answering(200, path === '/keys' ? keys : described(server.url, { issuer }))(response, { path } as never);
    };
    const server: AnsweringServer = await servers.open(answer);
    expect(await userBy(`${server.url}${end}`)).toMatchObject({ id: 'ann' });
    expect(server.received.map(({ path }) => path)).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each<[string, object | null, string]>([
    ['is that of another issuer', { issuer: 'https://login.example.com' }, 'the description names another issuer'],
    ['names no keys', { jwks_uri: undefined }, 'the description has no jwks_uri that is an https URL'],
    [
      'names keys that anybody could change',
      { jwks_uri: 'http://login.example.com/keys' },
      'the description has no jwks_uri that is an https URL',
    ],
    ['is none', null, 'the description names another issuer'],
  ])('lets nobody in, and is an outage, if it %s', async (_, more, fault) => {
    const answer: Answer = (response, received) =>
      answering(200, more === null ? 'null' : described(server.url, more))(response, received);
    const server: AnsweringServer = await servers.open(answer);
    await expect(userBy(server.url)).rejects.toMatchObject({ code: 'TASKER_AUTH_UNAVAILABLE', httpStatus: 503 });
    expect(server.received).toHaveLength(1);
    expect(logged).toEqual([expect.stringContaining(`${server.url}/.well-known/openid-configuration: ${fault}.`)]);
  });
});
