import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, VersioningType, type INestApplication } from '@nestjs/common';
import request from 'supertest';
import type { TaskerModuleOptions } from 'nestjs-tasker';
import { ADAPTERS } from '../support/adapters.js';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';

const APP = 'https://app.example.com';
const FOREIGN = 'https://evil.example.com';
const CORS = { origins: [APP, 'http://localhost:4200'], credentials: true, maxAgeSeconds: 60 };

/** Identifies users by the header `user`. */
const users = {
  authenticate: ({ headers }: { headers: Readonly<Record<string, string | undefined>> }) =>
    headers.user === undefined ? null : { id: headers.user, roles: ['admin'] },
};

@Controller('shop')
class ShopController {
  @Get()
  list(): readonly string[] {
    return ['book'];
  }
}

@Module({ controllers: [ShopController] })
class ShopModule {}

/** The headers of CORS in an answer. */
const allowed = ({ headers }: { readonly headers: object }): object =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^access-control-|^vary$/.test(name)));

describe.each(ADAPTERS)('the option cors, on %s', (_, adapter) => {
  let host: HttpHost;
  const open = async (
    cors?: TaskerModuleOptions['cors'],
    settings: Pick<HttpHostSettings, 'prepare'> = {},
  ): Promise<void> => {
    const tasker = { auth: { authenticators: [users] }, ...(cors && { cors }) };
    host = await startHttpHost({ tasker, imports: [ShopModule], adapter: adapter(), ...settings });
  };
  const http = (): ReturnType<INestApplication['getHttpServer']> => host.app.getHttpServer() as never;
  const preflight = (path: string, origin = APP): request.Test =>
    request(http()).options(path).set({ origin, 'access-control-request-method': 'PATCH' });

  describe('with origins and credentials', () => {
    beforeAll(() => open(CORS));
    afterAll(() => host.close());

    it.each([
      ['a list', 200, () => request(http()).get('/tasker/tasks').set('user', 'ann')],
      ['a request without a user', 401, () => request(http()).get('/tasker/tasks')],
      ['an unknown task', 404, () => request(http()).get('/tasker/tasks/999').set('user', 'ann')],
      ['an unknown route', 404, () => request(http()).get('/tasker/nothing')],
      ['a probe', 200, () => request(http()).get('/tasker/health/live')],
      [
        'a body that is not JSON',
        400,
        () => request(http()).post('/tasker/tasks').set({ user: 'ann', 'content-type': 'application/json' }).send('{'),
      ],
    ])('lets a page of the origin read the answer to %s', async (__, status, ask) => {
      const answer = await ask().set('origin', APP).expect(status);
      expect(allowed(answer)).toEqual({
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers':
          'X-Correlation-ID, ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate',
        vary: 'Origin',
      });
    });

    it('answers a preflight without a user', async () => {
      const headers = 'authorization, x-api-key';
      const answer = await preflight('/tasker/tasks/1').set('access-control-request-headers', headers).expect(204);
      expect(allowed(answer)).toEqual({
        'access-control-allow-origin': APP,
        'access-control-allow-credentials': 'true',
        'access-control-allow-headers': headers,
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-expose-headers': expect.any(String),
        'access-control-max-age': '60',
        vary: 'Origin, Access-Control-Request-Headers',
      });
      expect(answer.text).toBe('');
    });

    it('permits no other origin, and says that answers differ by it', async () => {
      const list = (): request.Test => request(http()).get('/tasker/tasks').set('user', 'ann').expect(200);
      expect(allowed(await list().set('origin', FOREIGN))).toEqual({ vary: 'Origin' });
      expect(allowed(await list().set('origin', `${APP}.evil.example.com`))).toEqual({ vary: 'Origin' });
      expect(allowed(await list().set('origin', 'null'))).toEqual({ vary: 'Origin' });
      expect(allowed(await list())).toEqual({ vary: 'Origin' });
      expect(allowed(await preflight('/tasker/tasks', FOREIGN))).toEqual({ vary: 'Origin' });
    });

    it('leaves the routes of the host and the dashboard as they are', async () => {
      for (const path of ['/shop', '/tasker/dashboard', '/taskers'])
        expect(allowed(await request(http()).get(path).set('origin', APP))).toEqual({});
      expect((await preflight('/shop')).status).not.toBe(204);
      expect(allowed(await preflight('/tasker/dashboard'))).toEqual({});
    });

    it('lets a page read a stream', async () => {
      await host.app.listen(0, '127.0.0.1');
      const { port } = host.app.getHttpServer().address() as AddressInfo;
      const asked = get({ port, path: '/tasker/events', headers: { user: 'ann', origin: APP } });
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      asked.destroy();
      expect(answer.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'access-control-allow-origin': APP,
        vary: 'Origin',
      });
    });
  });

  describe('in other hosts', () => {
    it.each<[string, (app: INestApplication) => void, string]>([
      ['a global prefix', (app) => app.setGlobalPrefix('api'), '/api/tasker/tasks'],
      ['versions in paths', (app) => app.enableVersioning({ type: VersioningType.URI }), '/tasker/tasks'],
      [
        'a prefix that is excluded',
        (app) => app.setGlobalPrefix('api', { exclude: ['tasker/*path'] }),
        '/tasker/tasks',
      ],
    ])('is for the same routes with %s', async (__, prepare, path) => {
      await open(CORS, { prepare });
      try {
        await preflight(path).expect(204);
        const answer = await request(http()).get(path).set({ origin: APP, user: 'ann' }).expect(200);
        expect(answer.headers).toMatchObject({ 'access-control-allow-origin': APP });
      } finally {
        await host.close();
      }
    });

    it('permits every origin without credentials, in the same way for all', async () => {
      await open({ origins: ['*'] });
      try {
        const answer = await request(http()).get('/tasker/health/live').set('origin', FOREIGN);
        expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
        expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
        expect(answer.headers).not.toHaveProperty('vary');
      } finally {
        await host.close();
      }
    });

    it('sends no header twice if the host permits origins for all routes', async () => {
      await open(CORS, { prepare: (app) => app.enableCors({ origin: [APP, FOREIGN] }) });
      try {
        for (const origin of [APP, FOREIGN]) {
          const answer = await request(http()).get('/tasker/health/live').set('origin', origin).expect(200);
          expect(allowed(answer)).toEqual({ 'access-control-allow-origin': origin, vary: 'Origin' });
          await preflight('/tasker/tasks', origin).expect(204).expect('access-control-allow-origin', origin);
        }
      } finally {
        await host.close();
      }
    });

    it('sends nothing by default', async () => {
      await open();
      try {
        expect(allowed(await request(http()).get('/tasker/health/live').set('origin', APP))).toEqual({});
        expect((await preflight('/tasker/tasks')).status).not.toBe(204);
      } finally {
        await host.close();
      }
    });
  });
});
