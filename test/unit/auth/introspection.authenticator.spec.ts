import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { IntrospectionAuthenticator } from '../../../lib/auth/openid/introspection.authenticator.js';
import type { IntrospectionOptions } from '../../../lib/auth/openid/introspection.options.js';
import type { TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import { answering, useServers, type Answer, type AnsweringServer } from '../../support/answering.server.js';

const CLIENT = { clientId: 'tasker', clientSecret: 'very secret', audience: 'tasker' } as const;
const ACTIVE = { active: true, sub: 'ann', aud: 'tasker' };
const UNAVAILABLE = { code: 'TASKER_AUTH_UNAVAILABLE', httpStatus: 503 };

const servers = useServers();
let passed: number;
let logged: string[];
let server: AnsweringServer;

beforeEach(() => {
  [passed, logged] = [0, []];
  const [ticks, instant] = [performance.now.bind(performance), Date.now.bind(Date)];
  jest.spyOn(performance, 'now').mockImplementation(() => ticks() + passed);
  jest.spyOn(Date, 'now').mockImplementation(() => instant() + passed);
  for (const level of ['error', 'log'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation((text) => void logged.push(String(text)));
});
afterEach(() => void jest.restoreAllMocks());

const now = (): number => Math.floor(Date.now() / 1_000);

/** Asks a server that gives these answers. */
async function asking(
  answers: readonly Answer[],
  options: Partial<IntrospectionOptions> = {},
): Promise<(token?: string) => Promise<TaskerUser | null>> {
  server = await servers.open(...answers);
  const own = new IntrospectionAuthenticator({ introspectionUrl: `${server.url}/introspect`, ...CLIENT, ...options });
  return (token = 'opaque') => own.authenticate({ headers: { authorization: `Bearer ${token}` } });
}

const askingFor = (claims: object, options?: Partial<IntrospectionOptions>) =>
  asking([answering(200, { ...ACTIVE, ...claims })], options);

describe('an opaque token', () => {
  it('is sent in the body of a request whose header has the credentials of the application', async () => {
    const userOf = await askingFor({}, { clientId: 'a:b', clientSecret: 'c d%' });
    await userOf('a+b/c==');
    expect(server.received).toHaveLength(1);
    const { method, path, headers, body } = server.received[0]!;
    expect([method, path]).toEqual(['POST', '/introspect']);
    expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(headers.authorization).toBe(`Basic ${Buffer.from('a%3Ab:c+d%25').toString('base64')}`);
    expect([...new URLSearchParams(body)]).toEqual([
      ['token', 'a+b/c=='],
      ['token_type_hint', 'access_token'],
    ]);
  });

  it('can be sent with the credentials in the body', async () => {
    const userOf = await askingFor({}, { clientAuthentication: 'post' });
    await userOf();
    const { headers, body } = server.received[0]!;
    expect(headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      client_id: 'tasker',
      client_secret: 'very secret',
    });
  });

  it('names its user, with roles and namespaces, until it expires', async () => {
    const exp = now() + 60;
    const userOf = await askingFor({ exp, jti: 'pass 1', roles: ['operator'], namespaces: ['garden'] });
    expect(await userOf()).toEqual({
      ...{ id: 'ann', roles: ['operator'], namespaces: ['garden'], expiresAt: new Date(exp * 1_000) },
      ...{ method: 'introspection', tokenId: 'pass 1' },
    });
  });

  it.each<[object, string | undefined]>([
    [{}, 'ann'],
    [{ username: 'anna' }, 'ann'],
    [{ sub: undefined, username: 'anna', client_id: 'app' }, 'anna'],
    [{ sub: '', client_id: 'app' }, 'app'],
    [{ sub: 7 }, undefined],
  ])('has for %j the user %s', async (claims, id) => {
    const userOf = await askingFor(claims);
    expect((await userOf())?.id).toBe(id);
  });

  it.each(['operator', null, 7, ['operator', 7]])('gives no role by the claim %j', async (claim) => {
    const userOf = await askingFor({ roles: claim, namespaces: claim });
    expect(await userOf()).toMatchObject({ roles: [], namespaces: [] });
  });

  it('can name its user in another way', async () => {
    const userOf = await askingFor({ email: 'ann@example.com' }, { user: ({ email }) => ({ id: String(email) }) });
    expect(await userOf()).toMatchObject({ id: 'ann@example.com', method: 'introspection' });
  });

  const issuer = 'https://login.example.com/';
  it.each<[string, object, Partial<IntrospectionOptions>]>([
    ['is not active', { active: false }, {}],
    ['has expired', { exp: 1 }, {}],
    ['is not valid yet', { nbf: 99_999_999_999 }, {}],
    ['is for others', { aud: ['shop', 'till'] }, {}],
    ['is for nobody', { aud: undefined }, {}],
    ['comes from somebody else', { iss: 'https://evil.example.com/' }, { issuer }],
    ['lacks a scope', { scope: 'read writes' }, { scopes: ['read', 'write'] }],
    ['has no scope', {}, { scopes: ['read'] }],
    ['has scopes of another form', { scope: ['read'] }, { scopes: ['read'] }],
    ['is bound to a key', { cnf: { jkt: 'x' } }, {}],
    ['needs a proof', { token_type: 'DPoP' }, {}],
  ])('is refused if it %s', async (_, claims, options) => {
    const userOf = await askingFor(claims, options);
    expect(await userOf()).toBeNull();
  });

  it.each<[string, object, Partial<IntrospectionOptions>]>([
    ['one of several', { aud: ['shop', 'tasker'] }, { audience: ['till', 'tasker'] }],
    ['anything', { aud: undefined }, { audience: null }],
    ['it, of this issuer', { iss: issuer, token_type: 'bearer' }, { issuer }],
    ['it, of an issuer that does not say so', {}, { issuer }],
    ['it, with more scopes than needed', { scope: 'read write' }, { scopes: ['write'] }],
  ])('is accepted for %s', async (_, claims, options) => {
    const userOf = await askingFor(claims, options);
    expect(await userOf()).toMatchObject({ id: 'ann' });
  });

  it('of an API token is told to nobody', async () => {
    const userOf = await askingFor({});
    expect(await userOf(`tsk_${'a'.repeat(12)}_${'b'.repeat(43)}`)).toBeNull();
    expect(server.received).toEqual([]);
  });
});

describe('answers about tokens', () => {
  it('are waited for together, and used again for ten seconds', async () => {
    const userOf = await askingFor({});
    await Promise.all(Array.from({ length: 10 }, () => userOf()));
    passed = 9_000;
    await userOf();
    expect(server.received).toHaveLength(1);
    passed = 10_100;
    await userOf();
    expect(server.received).toHaveLength(2);
  });

  it('are not used after the token has expired', async () => {
    const userOf = await askingFor({ exp: now() + 3 }, { cacheSeconds: 300 });
    expect(await userOf()).not.toBeNull();
    passed = 5_000;
    expect(await userOf()).toBeNull();
  });

  it('are asked for each time if the options say so', async () => {
    const userOf = await askingFor({}, { cacheSeconds: 0 });
    await userOf();
    await userOf();
    expect(server.received).toHaveLength(2);
  });

  it('are used again if a token is not active, too', async () => {
    const userOf = await asking([answering(200, { active: false })]);
    await userOf();
    await userOf();
    expect(server.received).toHaveLength(1);
  });

  it('are those for the very token', async () => {
    const userOf = await asking([answering(200, ACTIVE), answering(200, { ...ACTIVE, sub: 'bob' })]);
    expect([(await userOf('one'))?.id, (await userOf('two'))?.id, (await userOf('one'))?.id]).toEqual([
      'ann',
      'bob',
      'ann',
    ]);
  });
});

describe('a provider that is out of order', () => {
  const hanging: Answer = () => undefined;
  const large: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...ACTIVE, filler: 'x'.repeat(1_000_001) }));
  };

  it.each([401, 403, 404, 429, 503])('is left alone for a while if it answers %i', async (status) => {
    const userOf = await asking([answering(status, {}), answering(status, {}), answering(200, ACTIVE)]);
    await expect(userOf()).rejects.toMatchObject(UNAVAILABLE);
    await expect(userOf('other')).rejects.toMatchObject(UNAVAILABLE);
    expect(server.received).toHaveLength(1);
    passed = 5_100;
    await expect(userOf()).rejects.toMatchObject(UNAVAILABLE);
    passed = 10_200;
    expect(await userOf()).toMatchObject({ id: 'ann' });
    const place = `introspect tokens at ${server.url}/introspect`;
    expect(logged).toEqual([
      `Cannot ${place}: the status is ${status}. Requests are refused with status 503.`,
      `It is possible again to ${place}.`,
    ]);
  });

  it('does not say so for other tokens if the fault may be that of one', async () => {
    const userOf = await asking([answering(500, {}), answering(200, ACTIVE)]);
    await expect(userOf('odd')).rejects.toMatchObject(UNAVAILABLE);
    await expect(userOf('odd')).rejects.toMatchObject(UNAVAILABLE);
    expect(server.received).toHaveLength(1);
    expect(await userOf()).toMatchObject({ id: 'ann' });
    passed = 5_100;
    expect(await userOf('odd')).toMatchObject({ id: 'ann' });
  });

  it.each<[string, Answer, string]>([
    ['something else than JSON', answering(200, 'a page with opaque'), 'the answer is not JSON'],
    ['null', answering(200, 'null'), 'the answer does not say whether the token is active'],
    ['a list', answering(200, []), 'the answer does not say whether the token is active'],
    [
      'a text as active',
      answering(200, { ...ACTIVE, active: 'true' }),
      'the answer does not say whether the token is active',
    ],
    ['a text as exp', answering(200, { ...ACTIVE, exp: '17' }), 'the answer has no number as exp'],
    ['null as nbf', answering(200, { ...ACTIVE, nbf: null }), 'the answer has no number as nbf'],
    ['more than a megabyte', large, 'the answer is larger than 1000000 bytes'],
    ['an error', answering(400, { error: 'invalid_request' }), 'the status is 400'],
  ])('is one that answers %s', async (_, answer, reason) => {
    const userOf = await asking([answer]);
    await expect(userOf()).rejects.toMatchObject({
      ...UNAVAILABLE,
      reason: `cannot introspect tokens at ${server.url}/introspect: ${reason}`,
    });
  });

  it('is not followed elsewhere', async () => {
    const elsewhere = await servers.open(answering(200, ACTIVE));
    const userOf = await asking([answering(307, undefined, { location: elsewhere.url })]);
    await expect(userOf()).rejects.toMatchObject({ reason: expect.stringContaining('redirect') as unknown });
    expect(elsewhere.received).toEqual([]);
  });

  it('is not waited for', async () => {
    const short = AbortSignal.timeout.bind(AbortSignal);
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => short(ms / 100));
    const userOf = await asking([hanging]);
    await expect(userOf()).rejects.toMatchObject(UNAVAILABLE);
  });

  it('shows neither the token nor the secret in the log', async () => {
    const userOf = await asking([answering(401, { error: 'opaque very secret' })]);
    const error = await userOf().catch((thrown: unknown) => thrown);
    expect(JSON.stringify([logged, error, (error as { reason: string }).reason])).not.toMatch(/opaque|very secret/);
  });
});

describe('options of introspection', () => {
  const issuer = 'https://login.example.com/';
  it.each<[string, object]>([
    ['issuer or introspectionUrl is required', { issuer: undefined }],
    ['issuer must be an https URL', { issuer: 'http://login.example.com/' }],
    ['introspectionUrl must be an https URL without a password', { introspectionUrl: 'https://a:b@example.com/' }],
    ['clientId must be a string that is not empty', { clientId: '' }],
    ['clientSecret must be a string that is not empty', { clientSecret: undefined }],
    ['clientAuthentication must be one of basic, post', { clientAuthentication: 'jwt' }],
    ['audience must be a string, a list of strings that is not empty, or null', { audience: undefined }],
    ['audience must be a string, a list of strings that is not empty, or null', { audience: [] }],
    ['scopes must be a list of strings', { scopes: 'read' }],
    ['cacheSeconds must be a number from 0 to 300', { cacheSeconds: 301 }],
    ['user must be a function', { user: 'ann' }],
    ['audiences is not a known option', { audiences: 'tasker' }],
  ])('are refused with "%s"', (fault, options) => {
    expect(() => new IntrospectionAuthenticator({ issuer, ...CLIENT, ...options })).toThrow(fault);
  });
});
