import type { ServerResponse } from 'node:http';
import { describe, expect, it, jest } from '@jest/globals';
import { WebhookDeliveryGateway } from '../../../lib/persistence/webhook-delivery.gateway.js';
import { ReceiverSpeeds } from '../../../lib/webhooks/receiver.speeds.js';
import { answering, useServers, type Answer } from '../../support/answering.server.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aDelivery, onlyDelivery, ONE_CHANGE, useWebhookLab, waitOf } from './webhook.lab.js';

const lab = useWebhookLab();
const shared = lab.share();
const narrow = lab.share({ concurrency: 4 });
const servers = useServers();
const never: Answer = () => undefined;

/** Longer than any test: whatever is made was not found by looking now and then. */
const NEVER_MS = 600_000;

describe('delivery workers', () => {
  it('of several processes make each delivery once', async () => {
    const receiver = await servers.open(answering(200));
    const hosts = [shared(), narrow(), await lab.open()];
    await aDelivery(hosts[0]!, receiver.url, 60);
    const made = await Promise.all(hosts.map(({ deliveryWorker }) => deliveryWorker.runOnce()));
    expect(made.reduce((sum, some) => sum + some)).toBe(60);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(60);
    expect(receiver.received).toHaveLength(60);
  });

  it('leave nothing that was passed over while its webhook had enough requests, although these end meanwhile', async () => {
    const [answered, asked] = [aGate(), aGate()];
    const receiver = await servers.open((response) => {
      asked.open();
      void answered.passed.then(() => response.writeHead(200).end());
    });
    const host = narrow();
    await aDelivery(host, receiver.url, 2);
    const gateway = host.get(WebhookDeliveryGateway);
    const finish = jest.spyOn(gateway, 'finish');
    const claim = gateway.claim.bind(gateway);
    jest
      .spyOn(gateway, 'claim')
      .mockImplementationOnce(claim)
      .mockImplementationOnce(async (...given) => {
        await asked.passed;
        answered.open();
        await eventually(() => expect(finish).toHaveBeenCalled());
        await finish.mock.results[0]!.value;
        return claim(...given);
      });
    expect(await host.deliveryWorker.runOnce()).toBe(2);
  });

  it('make no more requests at once than allowed, however many are due', async () => {
    const [allowed, due] = [4, 6]; // the host's `concurrency`, and more
    const underWay: ServerResponse[] = [];
    let most = 0;
    const receiver = await servers.open((response) => {
      underWay.push(response);
      most = Math.max(most, underWay.length);
    });
    const host = narrow();
    for (let others = 1; others < due; others++) await host.webhooks.create({ url: receiver.url, filter: ONE_CHANGE });
    await aDelivery(host, receiver.url);
    for (const { id } of await host.webhooks.list()) host.get(ReceiverSpeeds).note(id, 'quick');
    const pass = host.deliveryWorker.runOnce();
    for (let ended = 0; ended < due; ended++) {
      const begun = Math.min(ended + allowed, due);
      await eventually(() => expect(receiver.received.length).toBeGreaterThanOrEqual(begun));
      underWay.shift()!.writeHead(200).end();
    }
    expect(await pass).toBe(due);
    expect(most).toBe(allowed);
  });

  it('let no receiver that hangs hold up the others', async () => {
    const [hanging, quick] = [await servers.open(never), await servers.open(answering(200))];
    const host = narrow();
    const { id } = await host.webhooks.create({ url: hanging.url, filter: ONE_CHANGE });
    host.get(ReceiverSpeeds).note(id, 'quick'); // it did not hang before
    await aDelivery(host, quick.url, 20);
    const stopping = new AbortController();
    const pass = host.deliveryWorker.runOnce(stopping.signal);
    await eventually(() => expect(quick.received).toHaveLength(20));
    expect(hanging.received.length).toBeLessThan(4);
    await hanging.close();
    stopping.abort();
    expect(await pass).toBe(20);
  });

  it('keep requests for those that answer, however many receivers hang', async () => {
    const [hanging, quick] = [await servers.open(never), await servers.open(answering(200))];
    const host = narrow();
    await aDelivery(host, quick.url);
    expect(await host.deliveryWorker.runOnce()).toBe(1);
    for (let others = 0; others < 8; others++) await host.webhooks.create({ url: hanging.url, filter: ONE_CHANGE });
    await host.runTasks(20);
    await host.deriver.runOnce();
    const stopping = new AbortController();
    const pass = host.deliveryWorker.runOnce(stopping.signal);
    await eventually(() => expect(quick.received).toHaveLength(21));
    expect(new Set(hanging.received.map(({ body }) => body)).size).toBeLessThanOrEqual(2);
    await hanging.close();
    stopping.abort();
    expect(await pass).toBe(20);
  });

  it('ask a receiver that did not answer in time once at a time, and last of all', async () => {
    let [underWay, most] = [0, 0];
    const hanging = await servers.open((response) => {
      most = Math.max(most, ++underWay);
      response.on('close', () => underWay--);
    });
    const other = await servers.open(answering(200));
    const host = await lab.open({ concurrency: 8, timeoutMs: 200 });
    const slow = await aDelivery(host, hanging.url, 3);
    await host.deliveryWorker.runOnce();
    expect(host.get(ReceiverSpeeds).known()).toEqual({ quick: [], slow: [slow] });
    await lab.makeDue();
    await aDelivery(host, other.url);
    await host.deliveryWorker.runOnce();
    expect([most, hanging.received.length]).toEqual([1, 3 + 4]);
    expect(other.received).toHaveLength(1);
    expect(host.get(ReceiverSpeeds).known()).toMatchObject({ slow: [slow] });
  });

  it('take a receiver that refuses at once for one that holds nobody up', async () => {
    const receiver = await servers.open(answering(500));
    const host = await lab.open();
    const answers = await aDelivery(host, receiver.url);
    const gone = await servers.open(answering(200));
    await gone.close();
    const refuses = await aDelivery(host, gone.url);
    await host.deliveryWorker.runOnce();
    expect(host.get(ReceiverSpeeds).known()).toEqual({ quick: expect.arrayContaining([answers, refuses]), slow: [] });
  });

  it('let a request finish when the process ends', async () => {
    const [asked, answered] = [aGate(), aGate()];
    const receiver = await servers.open((response) => {
      asked.open();
      void answered.passed.then(() => response.writeHead(200).end());
    });
    const host = shared();
    const id = await aDelivery(host, receiver.url);
    const stopping = new AbortController();
    const pass = host.deliveryWorker.runOnce(stopping.signal);
    await asked.passed;
    stopping.abort();
    answered.open();
    expect(await pass).toBe(1);
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'delivered' });
  });

  it('hold a delivery for longer than its receiver has to answer', async () => {
    const asked = aGate();
    const receiver = await servers.open(() => asked.open());
    const host = await lab.open({ timeoutMs: 10_000 }, { shutdownTimeoutMs: 0 });
    const id = await aDelivery(host, receiver.url);
    const stopping = new AbortController();
    const pass = host.deliveryWorker.runOnce(stopping.signal);
    await asked.passed;
    expect(await waitOf(host, id)).toBeGreaterThan(10);
    stopping.abort();
    await pass;
  });

  it('give back what is not answered by then', async () => {
    const asked = aGate();
    const receiver = await servers.open(() => asked.open());
    const host = await lab.open({}, { shutdownTimeoutMs: 0 });
    const id = await aDelivery(host, receiver.url);
    const stopping = new AbortController();
    const pass = host.deliveryWorker.runOnce(stopping.signal);
    await asked.passed;
    stopping.abort();
    expect(await pass).toBe(0);
    expect(await onlyDelivery(host, id)).toMatchObject({ state: 'pending', attempts: 0, lastError: null });
    expect(await waitOf(host, id)).toBeLessThan(1);
  });
});

describe('a delivery worker that looks for deliveries by itself almost never', () => {
  it('makes at its start what others left', async () => {
    const receiver = await servers.open(answering(200));
    await aDelivery(shared(), receiver.url);
    await lab.open({ pollIntervalMs: NEVER_MS }, { enabled: true });
    await eventually(() => expect(receiver.received).toHaveLength(1));
  });

  it('makes at once what its process derives', async () => {
    const receiver = await servers.open(answering(200));
    const host = await lab.open({ pollIntervalMs: NEVER_MS });
    const claim = jest.spyOn(host.get(WebhookDeliveryGateway), 'claim');
    await host.deliveryWorker.start();
    await eventually(() => expect(claim).toHaveBeenCalled());
    expect(await claim.mock.results[0]!.value).toMatchObject({ claimed: [] }); // it looked too early
    await aDelivery(host, receiver.url);
    await eventually(() => expect(receiver.received).toHaveLength(1));
  });
});
