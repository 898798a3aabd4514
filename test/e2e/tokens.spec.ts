import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type GenerateKeyPairResult, type JWK } from 'jose';
import { AuthUnavailableError, JwtAuthenticator, TASKER_AUTHENTICATOR, type TaskerUser } from 'nestjs-tasker';
import request from 'supertest';
import { answering, openServer, type AnsweringServer } from '../support/answering.server.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { silentSocket } from '../support/graphql.sockets.js';

const RULES = { issuer: 'https://login.example.com/', audience: 'tasker' };
const UNAVAILABLE = { code: 'TASKER_AUTH_UNAVAILABLE' };

describe.each(['apollo', 'mercurius'] as const)('an application whose users have tokens, on %s', (driver) => {
  let pair: GenerateKeyPairResult;
  let issuer: AnsweringServer;
  let host: GraphqlHost;
  let http: Server;
  let isOut: boolean;

  beforeAll(async () => {
    pair = await generateKeyPair('RS256', { extractable: true });
    const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'one' };
    issuer = await openServer([answering(200, { keys: [jwk] })], 'http://127.0.0.1');
    const jwt = new JwtAuthenticator({ ...RULES, keysUrl: issuer.url });
    const authenticate = (asked: unknown): Promise<TaskerUser | null> => {
      if (isOut) throw new AuthUnavailableError('the directory at 10.1.2.3 does not answer');
      return jwt.authenticate(asked);
    };
    const providers = [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }];
    host = await startOwnGraphqlHost(driver, {}, { providers });
    await host.app.listen(0, '127.0.0.1');
    http = host.http;
  });
  afterAll(async () => {
    await host.close();
    await issuer.close();
  });
  beforeEach(() => void (isOut = false));

  const tokenOf = (sub: string, exp = '1h'): Promise<string> =>
    new SignJWT({ sub, roles: ['admin'] })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(RULES.issuer)
      .setAudience(RULES.audience)
      .setIssuedAt()
      .setExpirationTime(exp)
      .sign(pair.privateKey);
  const tasks = (token: string): request.Test =>
    request(http).get('/tasker/tasks').set('authorization', `Bearer ${token}`);

  it('knows whom a token names, each of many at the same time', async () => {
    const users = Array.from({ length: 20 }, (_, index) => `user ${index}`);
    const started = users.map(async (user) => {
      const token = await tokenOf(user);
      const { body } = await request(http)
        .post('/tasker/tasks')
        .set('authorization', `Bearer ${token}`)
        .send({ namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 }, reason: user });
      const { id } = body as { readonly id: string };
      return (
        (await request(http).get(`/tasker/tasks/${id}`).set('authorization', `Bearer ${token}`)).body as {
          initiator: string;
        }
      ).initiator;
    });
    expect(await Promise.all(started)).toEqual(users);
  });

  it('refuses a token that has expired with 401, and says which scheme it expects', async () => {
    const answer = await tasks(await tokenOf('ann', '-1h')).expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  it('refuses with 503 while the users cannot be known, without saying more than that', async () => {
    const token = await tokenOf('ann');
    isOut = true;
    const { body, headers, text } = await tasks(token).expect(503);
    expect(body).toMatchObject(UNAVAILABLE);
    expect(headers['retry-after']).toBe('5');
    expect(text).not.toContain('10.1.2.3');
    const answer = await request(http)
      .post('/tasker/graphql')
      .set('authorization', `Bearer ${token}`)
      .send({ query: '{ tasks { nodes { id } } }' });
    expect(answer.body.errors).toEqual([expect.objectContaining({ extensions: expect.objectContaining(UNAVAILABLE) })]);
    const socket = await silentSocket(host, { authorization: `Bearer ${token}` });
    socket.say({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(1011);
  });
});
