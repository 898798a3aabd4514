import { AsyncLocalStorage } from 'node:async_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import {
  ChangeFeed,
  EventBus,
  OnTaskerEvent,
  TaskerSubscriber,
  TaskerWorker,
  TaskHandler,
  TaskReader,
  WebhookService,
} from 'nestjs-tasker';
import { DataSource, type EntityManager } from 'typeorm';
import { DeliveryDeriver } from '../../../lib/webhooks/delivery.deriver.js';
import { useAmbientTransactions } from '../../support/ambient.transactions.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const worker = { enabled: true, pollIntervalMs: 50 };

/** What a host keeps for each of its requests. */
interface Request {
  readonly user: string;
}
const requests = new AsyncLocalStorage<Request>();
const user = (): string => requests.getStore()?.user ?? 'nobody';

const ended = (host: Host, id: string) =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe('complete'));

describe('what a request of the host sets off', () => {
  it('runs in the context of no request: steps, retries, listeners, task handlers, and their statements', async () => {
    const seen: string[] = [];
    const asked: string[] = [];
    const see = (what: string): void => void seen.push(`${what}: ${user()}`);
    const template = aTemplate(aChain('first', 'stored'), {
      defaults: { backoff: { baseSeconds: 0.01, factor: 1, maxSeconds: 1, jitter: 0 } },
      steps: { stored: { handler: 'tests.stored' } },
    });
    @TaskerSubscriber()
    @Injectable()
    class Listener {
      @OnTaskerEvent(...COMMITTED_EVENTS)
      hear(_: unknown, name: string): void {
        see(`@OnTaskerEvent ${name}`);
      }
    }
    @TaskHandler({ namespace: template.request.namespace, name: template.request.name })
    class Notes {
      identify(): null {
        asked.push(user());
        return null;
      }
      updateAnnotations(): readonly [] {
        see('task handler');
        return [];
      }
    }
    const script = aScript({
      first: ({ attempt }) => {
        see(`attempt ${attempt}`);
        if (attempt === 1) throw new Error('not yet');
        return {};
      },
    });
    const stored = { transactional: true, process: () => see('transactional') };
    const host = await lab.open({
      templates: [template],
      handlers: { ...script.handlers, 'tests.stored': stored },
      providers: [Listener, Notes],
      worker,
    });
    host.get(EventBus).on('task.completed', () => see('in code'));
    const connections = takersOfConnections(host);

    const { id } = await requests.run({ user: 'ann' }, () => host.tasks.start(template.request));
    await ended(host, id);
    await requests.run({ user: 'ben' }, () => host.tasks.startMany([template.request, template.request]));
    await requests.run({ user: 'eve' }, () => host.tasks.hold(id, { actor: 'eve' }).catch(() => undefined));
    await eventually(() => expect(seen.filter((line) => line.startsWith('task handler'))).toHaveLength(3));

    expect(new Set(seen.map((line) => line.split(': ')[0]))).toEqual(
      new Set([
        ...['attempt 1', 'attempt 2', 'transactional', 'task handler', 'in code'],
        ...[
          '@OnTaskerEvent task.initialize_requested',
          '@OnTaskerEvent task.start_requested',
          '@OnTaskerEvent task.completed',
        ],
        ...['@OnTaskerEvent step.execution_requested', '@OnTaskerEvent step.failed', '@OnTaskerEvent step.completed'],
      ]),
    );
    expect(seen.filter((line) => !line.endsWith(': nobody'))).toEqual([]);
    expect(asked).toEqual(['ann', 'ben', 'ben']); // what a request is asked about stays in its context
    expect(connections.length).toBeGreaterThan(0);
    expect(connections.filter((name) => name !== 'nobody')).toEqual([]);
  });

  it('keeps what one handler enters from the next', async () => {
    const seen: string[] = [];
    const template = aTemplate();
    const script = aScript({
      only: ({ task }) => {
        seen.push(user());
        requests.enterWith({ user: task.id });
      },
    });
    const host = await lab.open({ templates: [template], handlers: script.handlers });
    await host.tasks.startMany([template.request, template.request, template.request]);
    await host.kit.runUntilIdle();
    expect(seen).toEqual(['nobody', 'nobody', 'nobody']);
  });

  it('is asked for by readers in the context of none of them, and found by webhooks likewise', async () => {
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, live: { pollIntervalMs: 10 } });
    const connections = takersOfConnections(host);
    const reading = new AbortController();
    const stream = await requests.run({ user: 'ann' }, () =>
      host.get(ChangeFeed).follow({ events: ['task.completed'] }, undefined, reading.signal),
    );
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    for await (const change of stream) {
      expect(change.taskId).toBe(id);
      break;
    }
    reading.abort();
    await requests.run({ user: 'ben' }, async () => {
      await host.get(TaskReader).get(id);
      await host.get(WebhookService).list();
      await host.get(DeliveryDeriver).runOnce();
    });
    expect(connections.filter((name) => name !== 'nobody')).toEqual([]);
  });

  it('does not keep the request once that has been answered', async () => {
    const template = aTemplate(aChain('first', 'second'));
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, worker });
    const answered: WeakRef<Request>[] = [];
    const serve = async (): Promise<string> => {
      const request = { user: 'ann' };
      answered.push(new WeakRef(request));
      const { id } = await requests.run(request, () => host.tasks.start(template.request));
      return id;
    };
    for (const id of [await serve(), await serve(), await serve()]) await ended(host, id);
    await eventually(() => {
      collectGarbage();
      expect(answered.map((request) => request.deref())).toEqual([undefined, undefined, undefined]);
    });
  });
});

describe('within a transaction that a library keeps in the context', () => {
  it.each([
    ['that it finds itself', () => ({})],
    ['whose manager it is given', (manager: EntityManager) => ({ manager })],
  ])('a start belongs to the one %s: nothing runs before the commit, nor ever after a rollback', async (_, given) => {
    const template = aTemplate(aChain('first', 'second'));
    const script = aScript();
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    const told: string[] = [];
    host.get(EventBus).on('task.initialize_requested', ({ taskId }) => told.push(taskId));
    const transactions = useAmbientTransactions(host.get(DataSource));
    const startWith = (manager: EntityManager) => host.tasks.start(template.request, given(manager));
    const failed = transactions.run(async (manager) => {
      await startWith(manager);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect([script.runs, told]).toEqual([[], []]);

    const kept = await transactions.run(startWith);
    await ended(host, kept.id);
    expect(new Set(script.runs.map(({ taskId }) => taskId))).toEqual(new Set([kept.id]));
    expect(told).toEqual([kept.id]);
  });

  it('actions commit by themselves, and the steps that they set off run outside', async () => {
    const template = aTemplate(aChain('first', 'second'));
    const sessions: unknown[] = [];
    const ran = aGate();
    const session = async (): Promise<unknown> =>
      (await host.get(DataSource).query<{ pid: number }[]>('select pg_backend_pid() as pid'))[0]!.pid;
    const note = async (): Promise<void> => void sessions.push(await session());
    const script = aScript({ first: note, second: () => note().then(() => ran.open()) });
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { ...worker, start: 'manual' },
    });
    const { id } = await host.tasks.start(template.request);
    await host.tasks.hold(id, { actor: 'eve' });
    await host.get(TaskerWorker).start();
    const transactions = useAmbientTransactions(host.get(DataSource));
    let own: unknown;
    const failed = transactions.run(async () => {
      own = await session();
      await host.tasks.release(id, { actor: 'eve' });
      await ran.passed;
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    await ended(host, id);
    expect(sessions).toHaveLength(2);
    expect(sessions).not.toContain(own);
  });
});

/** In whose context each connection of the pool was asked for, from now on. */
function takersOfConnections(host: Host): readonly string[] {
  const { master: pool } = host.get(DataSource).driver as unknown as {
    master: { connect(...given: unknown[]): unknown };
  };
  const takers: string[] = [];
  const connect = pool.connect.bind(pool);
  pool.connect = (...given) => {
    takers.push(user());
    return connect(...given);
  };
  return takers;
}

/** Jest's own contexts have no `gc`, and Node has one only when told. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
