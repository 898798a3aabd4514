import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { IntrospectionAuthenticator } from 'nestjs-tasker';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { ASKING_CLIENT, OpenIdProvider } from '../support/openid.provider.js';

/** How long answers, and failures, are used again. */
const CACHE_MS = 10_000;
const PAUSE_MS = 5_000;

describe('an application that asks a provider of OpenID Connect about opaque tokens', () => {
  let provider: OpenIdProvider;
  let host: HttpHost;
  let http: Server;
  let passed = 0;
  let logged: string[];

  beforeAll(async () => {
    provider = await OpenIdProvider.open();
    const opaque = new IntrospectionAuthenticator({ issuer: provider.issuer, ...ASKING_CLIENT, audience: 'opaque' });
    host = await startHttpHost({ tasker: { auth: { authenticators: [opaque] } } });
    http = host.app.getHttpServer();
  });
  afterAll(async () => {
    await host.close();
    await provider.close();
  });
  beforeEach(() => {
    logged = [];
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
    for (const level of ['error', 'log'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation((text) => void logged.push(String(text)));
  });
  afterEach(() => void jest.restoreAllMocks());

  const tasks = (token: string): request.Test =>
    request(http).get('/tasker/tasks').set('authorization', `Bearer ${token}`);

  it('finds out where to ask, and knows the roles of the user', async () => {
    const token = await provider.token('urn:opaque');
    await tasks(token).expect(200);
    await request(http).post('/tasker/tasks/1/cancel').set('authorization', `Bearer ${token}`).expect(403);
  });

  it('refuses tokens that are invented, or for others', async () => {
    await tasks('invented').expect(401).expect('WWW-Authenticate', 'Bearer');
    const forOthers = new IntrospectionAuthenticator({ issuer: provider.issuer, ...ASKING_CLIENT, audience: 'shop' });
    const headers = { authorization: `Bearer ${await provider.token('urn:opaque')}` };
    expect(await forOthers.authenticate({ headers })).toBeNull();
  });

  it('refuses a revoked token as soon as the answer about it is old', async () => {
    const token = await provider.token('urn:opaque');
    await tasks(token).expect(200);
    await provider.revoke(token);
    await tasks(token).expect(200);
    passed += CACHE_MS;
    await tasks(token).expect(401);
  });

  it('refuses a token that was revoked a moment ago if answers are not kept', async () => {
    const always = { issuer: provider.issuer, ...ASKING_CLIENT, audience: 'opaque', cacheSeconds: 0 };
    const opaque = new IntrospectionAuthenticator(always);
    const token = await provider.token('urn:opaque');
    const asked = { headers: { authorization: `Bearer ${token}` } };
    expect(await opaque.authenticate(asked)).toMatchObject({ id: 'importer', method: 'introspection' });
    await provider.revoke(token);
    expect(await opaque.authenticate(asked)).toBeNull();
  });

  it('takes nobody for a forger while the provider is out of order, and recovers', async () => {
    const token = await provider.token('urn:opaque');
    await provider.close();
    try {
      await tasks(token).expect(503).expect('Retry-After', '5');
      await tasks('invented').expect(503);
    } finally {
      await provider.listen();
    }
    passed += PAUSE_MS;
    await tasks(token).expect(200);
    await tasks('invented').expect(401);
    const place = `introspect tokens at ${provider.issuer}/.well-known/openid-configuration`;
    expect(logged).toEqual([
      `Cannot ${place}: fetch failed (ECONNREFUSED). Requests are refused with status 503.`,
      `It is possible again to ${place}.`,
    ]);
  });
});
