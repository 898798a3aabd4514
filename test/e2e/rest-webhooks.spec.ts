import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TaskService, WebhookService } from 'nestjs-tasker';
import request from 'supertest';
import { DeliveryWorker } from '../../lib/webhooks/delivery.worker.js';
import { DeliveryDeriver } from '../../lib/webhooks/delivery.deriver.js';
import { answering, useServers } from '../support/answering.server.js';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';
import { linksOf, locationOf } from '../support/references.js';

const URL = 'https://example.com/hook';

describe.each<[string, () => Partial<HttpHostSettings>]>([
  ['Express', () => ({})],
  ['Fastify', () => ({ adapter: new FastifyAdapter() })],
])('webhooks over HTTP, on %s', (_, settings) => {
  const servers = useServers();
  let host: HttpHost;
  let http: ReturnType<typeof request>;
  beforeAll(async () => {
    const tasker = { webhooks: { allowPrivateTargets: true, maxAttempts: 1, concurrency: 1 } };
    host = await startHttpHost({ tasker, ...settings() });
    await host.app.listen(0, '127.0.0.1');
    http = request(`${await host.app.getUrl()}/tasker`);
  });
  afterAll(() => host.close());

  it('are created, shown, changed and removed; the secret is shown once', async () => {
    const filter = { events: ['task.failed'] };
    const created = await http.post('/webhooks').send({ url: URL, filter, description: 'the shop' }).expect(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      url: URL,
      filter,
      description: 'the shop',
      isEnabled: true,
      secret: expect.stringMatching(/^whsec_/),
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const { secret, ...shown } = created.body as { secret: string };
    const path = `/webhooks/${created.body.id as string}`;
    expect(locationOf(created)).toBe(`/tasker${path}`);
    expect((await http.get(path).expect(200)).body).toEqual(shown);
    expect((await http.get('/webhooks').expect(200)).body).toEqual({ webhooks: [shown] });
    const changed = await http.patch(path).send({ isEnabled: false, filter: {} }).expect(200);
    expect(changed.body).toEqual({ ...shown, isEnabled: false, filter: {}, updatedAt: expect.any(String) });
    const rotated = await http.post(`${path}/secret`).expect(200);
    expect(rotated.body.secret).toMatch(/^whsec_/);
    expect(rotated.body.secret).not.toBe(secret);
    const texts = [await http.get(path), await http.get('/webhooks'), changed].map(({ text }) => text);
    expect(texts.filter((text) => text.includes('whsec_') || text.includes('secret'))).toEqual([]);
    expect((await http.delete(path).expect(204)).text).toBe('');
    await http.get(path).expect(404);
  });

  it('keep their URL as it is sent to, however it was spelt', async () => {
    const url = 'HTTPS://EXAMPLE.com:443/a/../hook?q=ü#part';
    const created = await http.post('/webhooks').send({ url }).expect(201);
    expect(created.body.url).toBe('https://example.com/hook?q=%C3%BC');
    const path = `/webhooks/${created.body.id as string}`;
    const changed = await http.patch(path).send({ url: 'http://0x5db8d822' }).expect(200);
    expect(changed.body.url).toBe('http://93.184.216.34/');
    expect((await http.get(path)).body).toEqual(changed.body);
    await http
      .patch(path)
      .send({ url: `https://example.com/${'ü'.repeat(1_000)}` }) // six times as long
      .expect(400);
    await http.delete(path).expect(204);
  });

  it('are created once by requests with the same key', async () => {
    const ask = (): request.Test => http.post('/webhooks').set('Idempotency-Key', 'hook').send({ url: URL });
    const [first, second] = [await ask(), await ask()];
    expect(second.body).toEqual(first.body);
    await http.delete(`/webhooks/${first.body.id as string}`).expect(204);
  });

  it('have deliveries by state and page, which are made again when asked for', async () => {
    const receiver = await servers.open(answering(200), answering(500));
    const { id } = await host.app.get(WebhookService).create({ url: receiver.url, filter: { steps: ['read'] } });
    await host.app
      .get(TaskService)
      .start({ namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } });
    await host.kit.runUntilIdle();
    await host.app.get(DeliveryDeriver, { strict: false }).runOnce();
    await host.app.get(DeliveryWorker, { strict: false }).runOnce();
    const path = `/webhooks/${id}/deliveries`;
    const first = await http.get(`${path}?limit=1`).expect(200);
    const { next } = first.body.page as { next: string };
    expect(linksOf(first)).toEqual({ next: `/tasker${path}?limit=1&after=${next}` });
    const second = await http.get(`${path}?limit=1&after=${next}`).expect(200);
    expect(second.body.page).toEqual({ next: null });
    expect(second.headers.link).toBeUndefined();
    const ids = [first, second].map(({ body }) => (body.deliveries as { id: string }[])[0]!.id);
    expect(new Set(ids).size).toBe(2);
    const failed = await http.get(`${path}?state=failed`).expect(200);
    expect(failed.body.deliveries).toMatchObject([{ webhookId: id, state: 'failed', lastStatus: 500, attempts: 1 }]);
    expect((await http.post(`/webhooks/${id}/redeliver`).expect(200)).body).toEqual({ redelivered: 1 });
    const [made] = (await http.get(`${path}?state=delivered`).expect(200)).body.deliveries as { id: string }[];
    const again = await http.post(`${path}/${made!.id}/redeliver`).expect(200);
    expect(again.body).toMatchObject({ id: made!.id, state: 'pending', attempts: 0 });
    await http.delete(`/webhooks/${id}`).expect(204);
    await http.get(path).expect(404);
  });

  it.each([
    [{}, 'TASKER_INVALID_WEBHOOK', '/url'],
    [{ url: 7 }, 'TASKER_INVALID_WEBHOOK', '/url'],
    [{ url: URL, colour: 'red' }, 'TASKER_INVALID_BODY', '/colour'],
    [{ url: 'example.com' }, 'TASKER_INVALID_WEBHOOK', '/url'],
    [{ url: 'ftp://example.com' }, 'TASKER_INVALID_WEBHOOK', '/url'],
    [{ url: 'https://ann:x@example.com' }, 'TASKER_INVALID_WEBHOOK', '/url'],
    [{ url: `${URL}?${'x'.repeat(2_048)}` }, 'TASKER_INVALID_WEBHOOK', '/url'],
    [{ url: URL, filter: { events: ['task.began'] } }, 'TASKER_INVALID_WEBHOOK', '/filter/events'],
    [{ url: URL, filter: { colour: 'red' } }, 'TASKER_INVALID_WEBHOOK', '/filter/colour'],
    [{ url: URL, secret: 'secret' }, 'TASKER_INVALID_WEBHOOK', '/secret'],
    [{ url: URL, description: 'x'.repeat(256) }, 'TASKER_INVALID_WEBHOOK', '/description'],
  ])('are refused as %j', async (body, code, pointer) => {
    const answer = await http.post('/webhooks').send(body).expect(400);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code, problems: [{ pointer }] });
  });

  it.each([
    ['get', '/webhooks/999999', 404, 'TASKER_UNKNOWN_WEBHOOK'],
    ['get', '/webhooks/x', 400, 'TASKER_INVALID_ID'],
    ['patch', '/webhooks/999999', 404, 'TASKER_UNKNOWN_WEBHOOK'],
    ['delete', '/webhooks/0', 400, 'TASKER_INVALID_ID'],
    ['post', '/webhooks/999999/secret', 404, 'TASKER_UNKNOWN_WEBHOOK'],
    ['get', '/webhooks/999999/deliveries', 404, 'TASKER_UNKNOWN_WEBHOOK'],
    ['post', '/webhooks/999999/redeliver', 404, 'TASKER_UNKNOWN_WEBHOOK'],
    ['post', '/webhooks/999999/deliveries/1/redeliver', 404, 'TASKER_UNKNOWN_WEBHOOK'],
    ['get', '/webhooks/1/deliveries?state=lost', 400, 'TASKER_INVALID_WEBHOOK'],
    ['get', '/webhooks/1/deliveries?after=x', 400, 'TASKER_INVALID_WEBHOOK'],
    ['get', '/webhooks/1/deliveries?limit=101', 400, 'TASKER_INVALID_WEBHOOK'],
    ['get', '/webhooks/1/deliveries?colour=red', 400, 'TASKER_INVALID_QUERY'],
  ] as const)('answer %s %s with %d', async (verb, path, status, code) => {
    const asked = http[verb](path);
    const answer = await (verb === 'patch' ? asked.send({ isEnabled: true }) : asked);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
  });

  it('know their deliveries from those of others', async () => {
    const { id } = await host.app.get(WebhookService).create({ url: URL });
    const answer = await http.post(`/webhooks/${id}/deliveries/999999/redeliver`).expect(404);
    expect(answer.body).toMatchObject({ code: 'TASKER_UNKNOWN_DELIVERY' });
  });
});
