import { request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { linksOf, resolved } from '../support/references.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 13 } };

/** Of one who asks through a proxy. */
const shown = (reference: string, path: string): string => resolved(reference, `http://shown.example${path}`);

describe.each(ADAPTERS)('the REST API on %s', (_, adapter) => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter() });
    await host.app.listen(0, '127.0.0.1');
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  describe('behind a proxy that shows it at /public/v2/ instead of /', () => {
    it.each(['/tasker/tasks', '/tasker/tasks/', '/tasker/tasks?'])('leads to a task started at %s', async (path) => {
      const { headers, body } = await request(http).post(path).send(ORDER).expect(201);
      expect(shown(headers.location!, `/public/v2${path}`)).toBe(`/public/v2/tasker/tasks/${body.id}`);
    });

    it.each(['', '/'])('leads to the task of a rerun at …/rerun%s, also when it is told again', async (end) => {
      const { body } = await request(http).post('/tasker/tasks').send(ORDER).expect(201);
      await host.kit.runToEnd(body.id);
      const path = `/tasker/tasks/${body.id}/rerun${end}`;
      for (let time = 1; time <= 2; time++) {
        const again = await request(http).post(path).set('Idempotency-Key', `again${end}`).expect(201);
        expect(shown(again.headers.location!, `/public/v2${path}`)).toBe(`/public/v2/tasker/tasks/${again.body.id}`);
      }
    });

    it('leads to the pages around one', async () => {
      for (let n = 1; n <= 3; n++)
        await request(http)
          .post('/tasker/tasks')
          .send({ ...ORDER, tags: ['paged'] })
          .expect(201);
      const path = '/tasker/tasks?limit=1&tags=paged';
      const first = await request(http).get(path).expect(200);
      expect(first.headers.link).toBe(`<?limit=1&tags=paged&after=${first.body.page.next}>; rel="next"`);
      const second = await request(http).get(linksOf(first).next!).expect(200);
      expect(Object.keys(linksOf(second))).toEqual(['next', 'prev']);
      expect(second.body.tasks).toHaveLength(1);
    });

    it('describes itself as where its description is', async () => {
      const { body } = await request(http).get('/tasker/openapi.json').expect(200);
      expect(shown(body.servers[0].url, '/public/v2/tasker/openapi.json')).toBe('/public/v2/tasker/');
    });
  });

  it('takes an absolute address, as a proxy writes it, for its path', async () => {
    const { port } = http.address() as AddressInfo;
    const told = await new Promise<{ status: number; type: string; body: unknown }>((resolve, reject) => {
      const asked = ask({ host: '127.0.0.1', port, path: `http://127.0.0.1:${port}/tasker/nothing?x=1` }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, type: answer.headers['content-type']!, body: JSON.parse(text) }),
        );
      });
      asked.on('error', reject).end();
    });
    expect(told).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', instance: '/tasker/nothing' } });
    expect(told.type).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['/tasker/tasks'],
    ['/tasker/tasks/1'],
    ['/tasker/tasks/1/workflow_steps'],
    ['/tasker/health/live'],
    ['/tasker/openapi.json'],
    ['/tasker/dashboard/dashboard.js'],
  ])('answers %s alike with a slash at its end, and a HEAD without a body', async (path) => {
    const plain = await request(http).get(path);
    const textOf = ({ text }: request.Response): string =>
      text.replaceAll(`"${path}/"`, `"${path}"`).replace(/"(timestamp|correlationId)":"[^"]*"/, '');
    const headersOf = ({ headers }: request.Response): Record<string, unknown> => {
      const { date: _date, 'x-correlation-id': _id, etag: _etag, ...rest } = headers as Record<string, unknown>;
      return rest;
    };
    for (const slash of ['', '/']) {
      const got = await request(http).get(path + slash);
      expect([got.status, textOf(got)]).toEqual([plain.status, textOf(plain)]);
      const head = await request(http).head(path + slash);
      expect([head.status, head.text]).toEqual([plain.status, undefined]);
      expect(headersOf(head)).toEqual(headersOf(got));
    }
  });

  it.each(['/TASKER/tasks', '/tasker/Tasks', '/Tasker/health/live'])('does not know %s', async (path) => {
    const { body } = await request(http).get(path).expect(404);
    expect(JSON.stringify(body)).not.toContain('alive');
  });
});

describe.each(ADAPTERS)('the REST API on %s that is left out of the global prefix', (_, adapter) => {
  it('answers with problem documents below its path', async () => {
    const exclude = [{ path: 'tasker{/*rest}', method: RequestMethod.ALL }];
    const { app, close } = await startHttpHost({
      adapter: adapter(),
      prepare: (made) => made.setGlobalPrefix('api', { exclude }),
    });
    await app.listen(0, '127.0.0.1');
    const http = app.getHttpServer();
    await request(http).get('/tasker/tasks').expect(200);
    for (const [path, status] of [
      ['/tasker/tasks/0', 400],
      ['/tasker/nothing', 404],
    ] as const) {
      const answer = await request(http).get(path).expect(status);
      expect([answer.type, answer.body.instance]).toEqual(['application/problem+json', path]);
    }
    expect((await request(http).get('/api/nothing').expect(404)).type).toBe('application/json');
    await close();
  });
});

it('a Fastify that ignores slashes already starts as well', async () => {
  const { app, close } = await startHttpHost({
    adapter: new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } }),
  });
  await app.listen(0, '127.0.0.1');
  await request(app.getHttpServer()).get('/tasker/tasks/').expect(200);
  await close();
});
