import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DeliveryRetention } from '../../../lib/webhooks/delivery.retention.js';
import { WebhookDeliveryGateway, type ClaimedDelivery } from '../../../lib/persistence/webhook-delivery.gateway.js';
import { ReceiverSpeeds } from '../../../lib/webhooks/receiver.speeds.js';
import { answering, useServers, type Answer } from '../../support/answering.server.js';
import { aGate, eventually } from '../../support/eventually.js';
import { useProxies } from '../../support/proxy.server.js';
import { aDelivery, onlyDelivery, useWebhookLab, waitOf } from './webhook.lab.js';

const lab = useWebhookLab();
const shared = lab.share();
const impatient = lab.share({ timeoutMs: 200 });
const givingUp = lab.share({ maxAttempts: 1, concurrency: 1 });
const strict = lab.share({ allowPrivateTargets: false });
const servers = useServers();
const proxies = useProxies();
/** Of those of which a process knows nothing. */
const ANY_RECEIVER = { quick: [], slow: [], others: 1 };
const never: Answer = () => undefined;

describe('a delivery that fails', () => {
  it('is tried again after longer and longer waits, under the same id, until the receiver has it', async () => {
    const receiver = await servers.open(
      answering(500, 'x'.repeat(100_000)),
      answering(302, '', { location: '/else' }),
      answering(200),
    );
    const host = shared();
    const id = await aDelivery(host, receiver.url);
    expect(await host.deliveryWorker.runOnce()).toBe(0);
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'pending', attempts: 1, lastStatus: 500 });
    const first = await waitOf(host, id);
    expect(first).toBeGreaterThan(2);
    expect(first).toBeLessThan(7);
    expect(await host.deliveryWorker.runOnce()).toBe(0);
    expect(receiver.received).toHaveLength(1);
    await lab.makeDue();
    await host.deliveryWorker.runOnce();
    const second = await waitOf(host, id);
    expect(second).toBeGreaterThan(8);
    expect(second).toBeLessThan(16);
    await lab.makeDue();
    expect(await host.deliveryWorker.runOnce()).toBe(1);
    expect(receiver.received.map(({ path }) => path)).toEqual(['/', '/', '/']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await onlyDelivery(host, id)).toMatchObject({
      state: 'delivered',
      attempts: 3,
      dueAt: null,
      lastStatus: 200,
      lastError: null,
    });
  });

  it.each<[string, Answer, string]>([
    ['does not answer in time', never, 'did not answer within 200 ms'],
    ['hangs up', (response) => void response.destroy(), 'other side closed'],
    ['answers what is no HTTP', (response) => void response.socket!.end('\u001b[2J\r\n\r\n'), 'Expected HTTP'],
    ['is gone', answering(410), 'answered 410'],
    ['leads elsewhere', answering(302, undefined, { location: '/there' }), 'answered 302'],
  ])('by a receiver that %s says so', async (_, answer, error) => {
    const receiver = await servers.open(answer);
    const host = impatient();
    const id = await aDelivery(host, receiver.url);
    await host.deliveryWorker.runOnce();
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'pending', lastError: expect.stringContaining(error) });
    expect(await host.webhooks.get(id)).toMatchObject({ isEnabled: true });
  });

  it('does not by a receiver whose answer has no end', async () => {
    const endless: Answer = (response) => {
      const write = (): boolean => response.writable && response.write('x'.repeat(10_000), write);
      response.writeHead(200);
      write();
    };
    const host = shared();
    const id = await aDelivery(host, (await servers.open(endless)).url);
    expect(await host.deliveryWorker.runOnce()).toBe(1);
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'delivered', lastStatus: 200 });
  });

  it('too often is given up, listed, and delivered again when asked for', async () => {
    const receiver = await servers.open(answering(503), answering(503), answering(200));
    const host = await lab.open({ maxAttempts: 2 });
    const id = await aDelivery(host, receiver.url);
    await host.deliveryWorker.runOnce();
    await lab.makeDue();
    await host.deliveryWorker.runOnce();
    const failed = await host.webhooks.deliveries(id, { state: 'failed' });
    expect(failed.deliveries).toMatchObject([
      { state: 'failed', attempts: 2, lastStatus: 503, lastError: 'The receiver answered 503.', dueAt: null },
    ]);
    await lab.makeDue();
    expect(await host.deliveryWorker.runOnce()).toBe(0);
    const again = await host.webhooks.redeliver(id, failed.deliveries[0]!.id);
    expect(again).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await host.deliveryWorker.runOnce()).toBe(1);
    expect(receiver.received).toHaveLength(3);
    expect((await host.webhooks.deliveries(id, { state: 'failed' })).deliveries).toEqual([]);
  });

  it('is delivered again with all others that failed, and with no others', async () => {
    const receiver = await servers.open(answering(200), answering(500));
    const host = givingUp();
    const id = await aDelivery(host, receiver.url, 3);
    expect(await host.deliveryWorker.runOnce()).toBe(1);
    expect(await host.webhooks.redeliverFailed(id)).toBe(2);
    expect(await host.webhooks.redeliverFailed(id)).toBe(0);
    expect((await host.webhooks.deliveries(id, { state: 'pending' })).deliveries).toHaveLength(2);
  });
});

describe('a process that dies between the answer and writing it down', () => {
  it('leaves the delivery to another, which makes it again once the lease is over; what it says later counts for nothing', async () => {
    const receiver = await servers.open(answering(200));
    const [dying, other] = [shared(), impatient()];
    const id = await aDelivery(dying, receiver.url);
    const gateway = dying.get(WebhookDeliveryGateway);
    const finish = gateway.finish.bind(gateway);
    const written: Parameters<typeof finish>[] = [];
    jest.spyOn(gateway, 'finish').mockImplementationOnce((...given) => {
      written.push(given);
      return Promise.reject(new Error('The process died.'));
    });
    await expect(dying.deliveryWorker.runOnce()).rejects.toThrow('The process died.');
    expect(await other.deliveryWorker.runOnce()).toBe(0);
    await lab.makeDue();
    const [claimed] = (await other.get(WebhookDeliveryGateway).claim(1, 1, [], 60, ANY_RECEIVER)).claimed;
    expect(claimed).toMatchObject({ attempt: 2 });
    expect(await finish(...written[0]!)).toBe(false);
    await lab.makeDue();
    expect(await other.deliveryWorker.runOnce()).toBe(1);
    expect(receiver.received).toHaveLength(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await onlyDelivery(other, id)).toMatchObject({ state: 'delivered', attempts: 3 });
  });

  it('is noticed even while the next deliveries are claimed', async () => {
    const answered = aGate();
    const died = aGate();
    const receiver = await servers.open((response) => void answered.passed.then(() => response.end()));
    const host = shared();
    await aDelivery(host, receiver.url);
    const gateway = host.get(WebhookDeliveryGateway);
    const claim = gateway.claim.bind(gateway);
    jest.spyOn(gateway, 'finish').mockImplementationOnce(() => {
      setImmediate(died.open);
      return Promise.reject(new Error('The process died.'));
    });
    let claims = 0;
    jest.spyOn(gateway, 'claim').mockImplementation(async (...asked) => {
      if (++claims === 2) {
        answered.open();
        await died.passed;
      }
      return claim(...asked);
    });
    await expect(host.deliveryWorker.runOnce()).rejects.toThrow('The process died.');
  });

  it('each time it is tried is not let to for ever', async () => {
    const receiver = await servers.open(answering(200));
    const host = await lab.open({ maxAttempts: 2 });
    const id = await aDelivery(host, receiver.url);
    await lab.query('update __schema__.webhook_deliveries set attempts = 2');
    await host.deliveryWorker.runOnce();
    expect(receiver.received).toEqual([]);
    expect(await onlyDelivery(host, id)).toMatchObject({
      state: 'failed',
      lastError: 'The process died during each attempt.',
    });
  });
});

describe('a delivery that is made again while a request of it is under way', () => {
  it('ends as the later request does, whatever becomes of the earlier one', async () => {
    const [asked, answered] = [aGate(), aGate()];
    const late: Answer = (response) => {
      asked.open();
      void answered.passed.then(() => response.writeHead(200).end());
    };
    const receiver = await servers.open(late, answering(500));
    const host = shared();
    const id = await aDelivery(host, receiver.url);
    host.get(ReceiverSpeeds).note(id, 'quick'); // or it is asked once at a time
    const pass = host.deliveryWorker.runOnce();
    await asked.passed;
    await host.webhooks.redeliver(id, (await onlyDelivery(host, id)).id);
    await eventually(async () => expect(await onlyDelivery(host, id)).toMatchObject({ attempts: 1, lastStatus: 500 }));
    answered.open();
    await pass;
    expect(receiver.received).toHaveLength(2);
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'pending', attempts: 1, lastStatus: 500 });
  });

  it('is not said to be given up by the earlier one', async () => {
    const [asked, answered] = [aGate(), aGate()];
    const late: Answer = (response) => {
      asked.open();
      void answered.passed.then(() => response.writeHead(503).end());
    };
    const receiver = await servers.open(late, answering(200));
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const host = await lab.open({ maxAttempts: 1 });
    const id = await aDelivery(host, receiver.url);
    host.get(ReceiverSpeeds).note(id, 'quick');
    const pass = host.deliveryWorker.runOnce();
    await asked.passed;
    await host.webhooks.redeliver(id, (await onlyDelivery(host, id)).id);
    await eventually(async () => expect(await onlyDelivery(host, id)).toMatchObject({ state: 'delivered' }));
    answered.open();
    await pass;
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'delivered', lastStatus: 200 });
    expect(warn.mock.calls.map(([message]) => String(message)).filter((each) => each.includes('given up'))).toEqual([]);
  });

  it.each(['delivered', 'retry', 'failed', 'released'] as const)(
    'is left as it is by a claim from before that ends as %s',
    async (kind) => {
      const host = shared();
      const id = await aDelivery(host, 'https://example.com');
      const gateway = host.get(WebhookDeliveryGateway);
      const claim = async (): Promise<ClaimedDelivery> => (await gateway.claim(1, 1, [], 60, ANY_RECEIVER)).claimed[0]!;
      const outcome = { kind, status: 200, error: 'late', afterSeconds: 1 };
      const before = await claim();
      const waiting = await host.webhooks.redeliver(id, before.id);
      expect(await gateway.finish(before, outcome)).toBe(false);
      expect(await onlyDelivery(host, id)).toEqual(waiting);
      const after = await claim();
      expect(after.attempt).toBe(before.attempt);
      const underWay = await onlyDelivery(host, id);
      expect(await gateway.finish(before, outcome)).toBe(false);
      expect(await onlyDelivery(host, id)).toEqual(underWay);
      expect(await gateway.finish(after, outcome)).toBe(true);
    },
  );
});

describe('an address that is not public', () => {
  it('is not named to users where it does not answer', async () => {
    const gone = await servers.open(answering(200));
    const { port } = new URL(gone.url);
    await gone.close();
    const host = shared();
    const id = await aDelivery(host, `http://localhost:${port}`);
    await host.deliveryWorker.runOnce();
    const { lastError } = await onlyDelivery(host, id);
    expect(lastError).toContain('ECONNREFUSED');
    expect(lastError).not.toMatch(/127\.0\.0\.1|::1/);
  });

  it('is refused when a webhook is created or changed', async () => {
    const { webhooks } = strict();
    const refused = { code: 'TASKER_INVALID_WEBHOOK', httpStatus: 400, problems: [{ pointer: '/url' }] };
    await expect(webhooks.create({ url: 'http://127.0.0.1:80' })).rejects.toMatchObject(refused);
    const { id } = await webhooks.create({ url: 'https://example.com' });
    await expect(webhooks.change(id, { url: 'http://[::1]' })).rejects.toMatchObject(refused);
  });

  it.each([
    ['a name leads to it', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['it was allowed before', (url: string) => url],
  ])('is not connected to where %s', async (_, urlOf) => {
    const receiver = await servers.open(answering(200));
    const [allowing, host] = [shared(), strict()];
    const id = await aDelivery(allowing, urlOf(receiver.url));
    await host.deliveryWorker.runOnce();
    expect(receiver.received).toEqual([]);
    const { state, lastStatus, lastError } = await onlyDelivery(host, id);
    expect([state, lastStatus]).toEqual(['pending', null]);
    expect(lastError).toMatch(/(resolves|point) to .*an address that is not public/);
    expect(lastError).not.toMatch(/127\.0\.0\.1|::1/);
  });
});

describe('the option webhooks.proxy', () => {
  it('is what deliveries go through, for names that only the proxy knows; private addresses are refused as ever', async () => {
    const receiver = await servers.open(answering(200));
    const proxy = await proxies.open(receiver.url);
    const [allowing, host] = [shared(), await lab.open({ allowPrivateTargets: false, proxy: proxy.url })];
    const named = await aDelivery(allowing, 'http://hooks.example/x');
    await host.deliveryWorker.runOnce();
    expect(await onlyDelivery(host, named)).toMatchObject({ state: 'delivered', lastStatus: 200 });
    const literal = await aDelivery(allowing, receiver.url);
    await host.deliveryWorker.runOnce();
    expect(await onlyDelivery(host, literal)).toMatchObject({ state: 'pending', lastStatus: null });
    expect(proxy.asked.map(({ target }) => target)).toEqual(['hooks.example:80']);
  });
});

describe('deliveries that are over', () => {
  it('are removed after some days, those that failed later', async () => {
    const receiver = await servers.open(answering(200), answering(500));
    const host = givingUp();
    const id = await aDelivery(host, receiver.url, 2);
    await host.deliveryWorker.runOnce();
    await host.runTasks();
    await host.deriver.runOnce();
    const retention = host.get(DeliveryRetention);
    const age = (days: number): Promise<unknown> =>
      lab.query(
        `update __schema__.webhook_deliveries set delivered_at = delivered_at - make_interval(days => $1),
           given_up_at = given_up_at - make_interval(days => $1), due_at = due_at - make_interval(days => $1)`,
        days,
      );
    expect(await retention.runOnce()).toBe(0);
    await age(8);
    expect(await retention.runOnce()).toBe(1);
    await age(23);
    expect(await retention.runOnce()).toBe(1);
    expect((await host.webhooks.deliveries(id)).deliveries).toMatchObject([{ state: 'pending' }]);
  });
});
