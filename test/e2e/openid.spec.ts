import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { generateKeyPair, SignJWT } from 'jose';
import { JwtAuthenticator } from 'nestjs-tasker';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { OpenIdProvider } from '../support/openid.provider.js';

/** Between two fetches of the keys. */
const PAUSE_MS = 6_000;

describe('an application whose users come from a provider of OpenID Connect', () => {
  let provider: OpenIdProvider;
  let host: HttpHost;
  let http: Server;
  let passed = 0;

  beforeAll(async () => {
    provider = await OpenIdProvider.open();
    const jwt = new JwtAuthenticator({ issuer: provider.issuer, audience: 'tasker', type: 'at+jwt' });
    host = await startHttpHost({ tasker: { auth: { authenticators: [jwt] } } });
    http = host.app.getHttpServer();
  });
  afterAll(async () => {
    await host.close();
    await provider.close();
  });
  beforeEach(() => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => void jest.restoreAllMocks());

  const tasks = (token: string): request.Test =>
    request(http).get('/tasker/tasks').set('authorization', `Bearer ${token}`);
  const cancel = (token: string): request.Test =>
    request(http).post('/tasker/tasks/1/cancel').set('authorization', `Bearer ${token}`);

  it('finds the keys by the description of the provider, and the roles in its tokens', async () => {
    const token = await provider.token();
    await tasks(token).expect(200);
    await cancel(token).expect(403);
  });

  it.each(['urn:shop', 'urn:opaque'])('refuses a token of the provider that is for %s', async (resource) => {
    await tasks(await provider.token(resource))
      .expect(401)
      .expect('WWW-Authenticate', 'Bearer');
  });

  it('accepts tokens of a new key as soon as it may ask again, and those of the key before', async () => {
    const before = await provider.token();
    await provider.rotate();
    passed += PAUSE_MS;
    await tasks(await provider.token()).expect(200);
    await tasks(before).expect(200);
  });

  it('knows its users while the provider is out of order, and takes nobody for a forger', async () => {
    const token = await provider.token();
    passed += PAUSE_MS;
    await tasks(token).expect(200);
    await provider.close();
    const { privateKey } = await generateKeyPair('ES256');
    const ofNewKey = await new SignJWT({ sub: 'importer' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'new' })
      .setIssuer(provider.issuer)
      .setAudience('tasker')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    try {
      passed += PAUSE_MS;
      await tasks(ofNewKey).expect(503).expect('Retry-After', '5');
      await tasks(token).expect(200);
    } finally {
      await provider.listen();
    }
    passed += PAUSE_MS;
    await tasks(ofNewKey).expect(401); // the provider is asked, and has no such key
    await tasks(token).expect(200);
  });
});
