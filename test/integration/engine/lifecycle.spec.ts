import type { AddressInfo } from 'node:net';
import {
  Global,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { describe, expect, it, jest } from '@jest/globals';
import {
  EventBus,
  OnTaskerEvent,
  PermanentError,
  TaskerSubscriber,
  TaskerModule,
  TaskerWorker,
  TaskService,
  type EventPayload,
} from 'nestjs-tasker';
import { EngineLifecycle } from '../../../lib/engine/engine.lifecycle.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, independent } from '../../support/factories.js';
import { handlerClass, type Host } from '../../support/host.js';
import { startHttpHost } from '../../support/http.host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();

/** A worker that only looks for work when it is told of some. */
const worker = { enabled: true, pollIntervalMs: 60_000 };

const ended = (host: Host, id: string) =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe('complete'));

const pulseOf = (host: Host) =>
  Object.entries(host.get(WorkerHealth).checks()).map(([name, { healthy, fault }]) => [name, fault() ?? healthy]);

/** Resolves when the application has begun to close and its worker takes no more. */
const draining = (host: Host) =>
  eventually(() => {
    expect(pulseOf(host)).toContainEqual(['shutdown', 'the application is shutting down']);
    expect(host.get(Worker).capacity).toBe(0);
  });

describe('an application that boots', () => {
  it('runs nothing before the hooks of all its modules have ended, also that of its root', async () => {
    const seen: [string, boolean, number][] = [];
    const workersUp = async () => (await lab.query('select 1 from __schema__.workers')).length;
    const lookingAtBootstrap = (name: string): Type => {
      @Injectable()
      class Looking implements OnApplicationBootstrap {
        constructor(private readonly loop: WorkerLoop) {}
        async onApplicationBootstrap(): Promise<void> {
          seen.push([name, this.loop.isActive, await workersUp()]);
        }
      }
      return Looking;
    };
    const template = aTemplate();
    const script = aScript({ only: () => seen.push(['step', true, 1]) });
    const tasker = TaskerModule.forRoot({ templates: [template], worker, telemetry: { log: false } });
    @Module({ imports: [tasker], providers: [lookingAtBootstrap('feature')] })
    class FeatureModule {}
    @Global()
    @Module({ imports: [tasker], providers: [lookingAtBootstrap('global')] })
    class GlobalModule {}
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: lab.url, poolSize: 4 }),
        tasker,
        FeatureModule,
        GlobalModule,
      ],
      providers: [lookingAtBootstrap('in the root'), handlerClass('tests.step', script.handlers['tests.step']!)],
    })
    class Root implements OnApplicationBootstrap {
      constructor(
        private readonly loop: WorkerLoop,
        private readonly tasks: TaskService,
      ) {}
      async onApplicationBootstrap(): Promise<void> {
        await this.tasks.start(template.request);
        seen.push(['root', this.loop.isActive, await workersUp()]);
      }
    }
    const app = await NestFactory.createApplicationContext(Root, { logger: false });
    try {
      await eventually(() => expect(seen).toHaveLength(5));
      expect(seen.slice(0, 4)).toEqual([
        ['global', false, 0],
        ['feature', false, 0],
        ['in the root', false, 0],
        ['root', false, 0],
      ]);
      expect(seen[4]).toEqual(['step', true, 1]);
    } finally {
      await app.close();
    }
  });
});

describe('a worker that the host starts by itself', () => {
  it('runs nothing until then, and is ready meanwhile', async () => {
    const template = aTemplate();
    const script = aScript();
    const logged: string[] = [];
    const logger = { log: (text: string) => logged.push(text), warn: () => undefined, error: () => undefined };
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      logger,
      worker: { ...worker, start: 'manual' },
    });
    expect(host.get(WorkerLoop).isActive).toBe(false);
    expect(logged).toContain('The worker does not run steps until TaskerWorker.start() is called.');
    expect(pulseOf(host)).toEqual([['worker', 'the worker has not been started by the application yet']]);
    const { id } = await host.tasks.start(template.request);
    expect(await lab.query('select 1 from __schema__.workers')).toEqual([]);

    await Promise.all([host.get(TaskerWorker).start(), host.get(TaskerWorker).start()]);
    await ended(host, id);
    expect(pulseOf(host)).toEqual([['worker', 'the worker runs']]);
    expect(await lab.query('select 1 from __schema__.workers')).toHaveLength(1);
  });

  it('can be stepped by hand until then', async () => {
    const template = aTemplate();
    const settings = { templates: [template], handlers: aScript().handlers };
    const host = await lab.open({ ...settings, worker: { ...worker, start: 'manual' } });
    const { id } = await host.tasks.start(template.request);
    expect((await host.kit.runToEnd(id)).state).toBe('complete');
  });

  it('may be told so where no worker is wanted, and after the application has closed: it stays off', async () => {
    const off = await lab.open({ worker: { enabled: false } });
    await off.get(TaskerWorker).start();
    expect(off.get(WorkerLoop).isActive).toBe(false);

    const closed = await lab.open({ worker: { ...worker, start: 'manual' } });
    await closed.close();
    await closed.get(TaskerWorker).start();
    expect(closed.get(WorkerLoop).isActive).toBe(false);
    expect(await lab.query('select 1 from __schema__.workers')).toEqual([]);
  });

  it('may be started again where the database refused it at first', async () => {
    const host = await lab.open({ worker: { ...worker, start: 'manual' } });
    await lab.query(
      `create function __schema__.let_nobody_in() returns trigger language plpgsql as $$ begin raise 'not now'; end $$`,
    );
    await lab.query(
      `create trigger closed before insert on __schema__.workers for each row execute function __schema__.let_nobody_in()`,
    );
    await expect(host.get(TaskerWorker).start()).rejects.toThrow('not now');
    await lab.query('drop function __schema__.let_nobody_in cascade');
    await host.get(TaskerWorker).start();
    expect(host.get(WorkerLoop).isActive).toBe(true);
  });

  it('leaves nothing running when the application closes while it starts', async () => {
    const host = await lab.open({ worker: { ...worker, start: 'manual' } });
    const started = host.get(TaskerWorker).start();
    await Promise.all([started, host.close()]);
    expect(host.get(WorkerLoop).isActive).toBe(false);
    expect(await lab.query('select 1 from __schema__.workers where stopped_at is null')).toEqual([]);
  });

  it('gives up waiting for a database that is away when the application closes', async () => {
    const host = await lab.open({ worker: { ...worker, start: 'manual' } });
    const register = jest.spyOn(host.get(WorkerGateway), 'register');
    register.mockRejectedValue(new Error('Connection terminated'));
    const started = host.get(TaskerWorker).start();
    await eventually(() => expect(register).toHaveBeenCalled());
    const stopped = host.get(EngineLifecycle).stop();
    const tries = register.mock.calls.length;
    await Promise.all([started, stopped]);
    expect(register).toHaveBeenCalledTimes(tries);
  });
});

describe('an application that closes', () => {
  it('is not ready from the first moment on, whether or not it runs steps', async () => {
    const [running, finish] = [aGate(), aGate()];
    const template = aTemplate();
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    await host.tasks.start(template.request);
    await running.passed;
    const closed = host.close();
    await draining(host);
    finish.open();
    await closed;

    const api = await lab.open({ worker: { enabled: false } });
    expect(pulseOf(api)).toEqual([]);
    const stopped = api.get(EngineLifecycle).stop();
    expect(pulseOf(api)).toEqual([['shutdown', 'the application is shutting down']]);
    await stopped;
  });

  it('says so to probes while it answers requests still', async () => {
    const [running, finish] = [aGate(), aGate()];
    const template = aTemplate();
    const host = await startHttpHost({
      tasker: { templates: [template], worker },
      providers: [handlerClass('tests.step', () => (running.open(), finish.passed))],
    });
    await host.app.listen(0, '127.0.0.1');
    const readiness = async () => {
      const { port } = host.app.getHttpServer().address() as AddressInfo;
      const response = await fetch(`http://127.0.0.1:${port}/tasker/health/ready`);
      return { status: response.status, body: await response.json() };
    };
    await host.app.get(TaskService).start(template.request);
    await running.passed;
    expect(await readiness()).toMatchObject({ status: 200 });
    const closed = host.close();
    await eventually(async () => expect(await readiness()).toMatchObject({ status: 503 }));
    expect(await readiness()).toMatchObject({
      body: { checks: { shutdown: { status: 'unhealthy', message: 'the application is shutting down' } } },
    });
    finish.open();
    await closed;
  });

  it('ends its steps, and all hear of that, before any module closes what they use', async () => {
    const happened: string[] = [];
    @Injectable()
    class Client implements OnModuleDestroy {
      onModuleDestroy(): void {
        happened.push('client closed');
      }
    }
    @Module({ providers: [Client], exports: [Client] })
    class ClientModule {}
    @TaskerSubscriber()
    @Injectable()
    class Listener {
      @OnTaskerEvent('step.completed')
      step({ step }: EventPayload<'step.completed'>): void {
        happened.push(`heard ${step}`);
      }
      @OnTaskerEvent('task.completed')
      task(): void {
        happened.push('heard task');
      }
    }
    const [running, finish] = [aGate(), aGate()];
    const template = aTemplate();
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      imports: [ClientModule],
      providers: [Listener],
      worker,
    });
    host.get(EventBus).on('step.completed', () => happened.push('heard in code'));
    await host.tasks.start(template.request);
    await running.passed;
    const closed = host.close();
    await draining(host);
    finish.open();
    await closed;
    expect(happened).toEqual(['heard only', 'heard in code', 'heard task', 'client closed']);
  });

  it('lets its own log tell of what failed meanwhile', async () => {
    const [running, finish] = [aGate(), aGate()];
    const template = aTemplate();
    const warnings: string[] = [];
    const logger = { log: () => undefined, warn: (text: string) => warnings.push(text), error: () => undefined };
    const refuse = () => {
      throw new PermanentError('the card was declined');
    };
    const script = aScript({ only: () => (running.open(), finish.passed.then(refuse)) });
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker,
      logger,
      telemetry: { log: true },
    });
    await host.tasks.start(template.request);
    await running.passed;
    const closed = host.close();
    await draining(host);
    finish.open();
    await closed;
    expect(warnings).toContainEqual(expect.stringMatching(/^Step only .* failed for good .*the card was declined/));
    expect(warnings).toContainEqual(expect.stringMatching(/^Task .* failed: /));
  });

  it('hands back uncounted what fails meanwhile, but for what fails for good', async () => {
    const running = [aGate(), aGate(), aGate()];
    const finish = aGate();
    const fail = (index: number, error: () => unknown) => () => {
      running[index]!.open();
      return finish.passed.then(() => Promise.reject(error() as Error));
    };
    const script = aScript({
      plain: fail(0, () => new Error('the client is closed')),
      hopeless: fail(1, () => new PermanentError('the card was declined')),
    });
    const template = aTemplate(independent('plain', 'hopeless', 'stored'), {
      defaults: { retryLimit: 1 },
      steps: { stored: { handler: 'tests.stored' } },
    });
    const stored = { transactional: true, process: fail(2, () => new Error('the client is closed')) };
    const warnings: string[] = [];
    const logger = { log: () => undefined, warn: (text: string) => warnings.push(text), error: () => undefined };
    const host = await lab.open({
      templates: [template],
      handlers: { ...script.handlers, 'tests.stored': stored },
      worker,
      logger,
    });
    const { id } = await host.tasks.start(template.request);
    await Promise.all(running.map(({ passed }) => passed));
    const closed = host.close();
    await draining(host);
    finish.open();
    await closed;
    expect(await statesOf(lab.persistence, id)).toEqual({ plain: 'pending', hopeless: 'error', stored: 'pending' });
    expect(
      warnings.filter((text) => text.includes('Handed it back; the attempt does not count: the client is closed')),
    ).toHaveLength(2);

    const handlers = { ...aScript().handlers, 'tests.stored': { transactional: true, process: () => ({}) } };
    const other = await lab.open({ templates: [template], handlers });
    await other.kit.runUntilIdle();
    expect((await other.kit.task(id)).steps).toMatchObject([
      { name: 'plain', state: 'complete', attempts: 1 },
      { name: 'hopeless', state: 'error', attempts: 1 },
      { name: 'stored', state: 'complete', attempts: 1 },
    ]);
  });
});

describe('an application that closes before it was up', () => {
  it('closes', async () => {
    class Broken implements OnApplicationBootstrap {
      onApplicationBootstrap(): never {
        throw new Error('the tenants cannot be loaded');
      }
    }
    await expect(lab.open({ providers: [Broken], worker })).rejects.toThrow('the tenants cannot be loaded');
    expect(await lab.query('select 1 from __schema__.workers')).toEqual([]);
  });
});
