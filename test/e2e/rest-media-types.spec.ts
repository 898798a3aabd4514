import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR, TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
const FORM = 'application/x-www-form-urlencoded';

/** A cookie is what a browser sends along, whoever made the page. */
const providers: HttpHostSettings['providers'] = [
  {
    provide: TASKER_AUTHENTICATOR,
    useValue: {
      authenticate: ({ headers }: { headers: { cookie?: string } }) => headers.cookie && { id: headers.cookie },
    },
  },
  { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may: (user: { id: string }) => user.id === 'user=ann' } },
];

describe.each<[string, () => HttpHostSettings]>([
  ['Express', () => ({})],
  ['Fastify', () => ({ adapter: new FastifyAdapter() })],
])('a request that changes something, on %s', (driver, settings) => {
  let host: HttpHost;
  let http: Server;
  let id: string;
  beforeAll(async () => {
    host = await startHttpHost({ ...settings(), providers });
    await host.app.listen(0, '127.0.0.1');
    http = host.app.getHttpServer();
    id = (await host.app.get(TaskService).start({ ...ORDER, context: { order_id: 1 } })).id;
  });
  afterAll(() => host.close());

  const post = (path: string, type: string, user = 'ann'): request.Test =>
    request(http).post(`/tasker${path}`).set('Cookie', `user=${user}`).set('Content-Type', type);
  const isHeld = async (): Promise<unknown> =>
    (await request(http).get(`/tasker/tasks/${id}`).set('Cookie', 'user=ann').expect(200)).body.state;

  it.each([
    ['a form', FORM, 'namespace=warehouse&name=delivery&version=1.2.0&context[order_id]=1'],
    ['a form that names its charset', `${FORM}; charset=utf-8`, 'name=delivery'],
    ['text', 'text/plain', JSON.stringify(ORDER)],
    ['text that mentions JSON', 'text/plain; application/json', JSON.stringify(ORDER)],
    ['what only begins like JSON', 'application/jsonp', JSON.stringify(ORDER)],
    ['a form with files', 'multipart/form-data; boundary=x', '--x\r\n\r\n--x--\r\n'],
    ['XML', 'application/xml', '<task/>'],
    ['what is no media type', 'json', '{}'],
  ])('is refused as %s', async (_, type, text) => {
    const { body, type: answered, headers } = await post('/tasks', type).send(text).expect(415);
    expect(answered).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: 'urn:nestjs-tasker:TASKER_UNSUPPORTED_MEDIA_TYPE',
      title: 'Unsupported media type',
      status: 415,
      code: 'TASKER_UNSUPPORTED_MEDIA_TYPE',
      instance: '/tasker/tasks',
      correlationId: headers['x-correlation-id'],
    });
  });

  it.each([FORM, 'text/plain'])('is refused as %s also where it needs no body', async (type) => {
    const { body } = await post(`/tasks/${id}/hold`, type).expect(415);
    expect(body).toMatchObject({ code: 'TASKER_UNSUPPORTED_MEDIA_TYPE' });
    await request(http).delete(`/tasker/tasks/${id}`).set('Cookie', 'user=ann').set('Content-Type', type).expect(415);
    expect(await isHeld()).toBe('pending');
  });

  it('is asked for its user and their permission first', async () => {
    await request(http).post('/tasker/tasks').type('form').send('name=delivery').expect(401);
    await post('/tasks', FORM, 'eve').send('name=delivery').expect(403);
    await post('/tasks', FORM).expect(415);
  });

  it('is taken as JSON with a charset, and without a body and its type', async () => {
    const { body } = await post('/tasks', 'application/json; charset=utf-8')
      .send(JSON.stringify({ ...ORDER, context: { order_id: 1 } }))
      .expect(201);
    await request(http).post(`/tasker/tasks/${body.id}/hold`).set('Cookie', 'user=ann').expect(200);
  });

  it('is taken as a type of JSON that the host parses', async () => {
    const parsing = await startHttpHost({
      ...settings(),
      prepare: (app) => {
        const parser = app as unknown as { useBodyParser(type: string, options: object | boolean): void };
        if (driver === 'Express') parser.useBodyParser('json', { type: 'application/vnd.shop+json' });
        else
          app
            .getHttpAdapter()
            .getInstance()
            .addContentTypeParser('application/vnd.shop+json', { parseAs: 'string' }, parse);
      },
    });
    try {
      await parsing.app.listen(0, '127.0.0.1');
      await request(parsing.app.getHttpServer())
        .post('/tasker/tasks')
        .set('Content-Type', 'application/vnd.shop+json')
        .send(JSON.stringify({ ...ORDER, context: { order_id: 1 } }))
        .expect(201);
    } finally {
      await parsing.close();
    }
  });

  it('asks nothing of the type where nothing is changed', async () => {
    await request(http).get('/tasker/tasks').set('Cookie', 'user=ann').set('Content-Type', 'text/plain').expect(200);
  });
});

const parse = (_: unknown, text: string, done: (error: null, body: unknown) => void): void =>
  done(null, JSON.parse(text));
