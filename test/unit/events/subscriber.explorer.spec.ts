import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Injectable,
  Logger,
  Module,
  Scope,
  type INestApplicationContext,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventBus } from '../../../lib/events/event.bus.js';
import type { EventName, EventPayload } from '../../../lib/events/event.catalogue.js';
import type { EventPattern } from '../../../lib/events/event.pattern.js';
import { EventsModule } from '../../../lib/events/events.module.js';
import { GivenOptionsModule, OptionsModule } from '../../../lib/options/options.module.js';
import { OnTaskerEvent, TaskerSubscriber } from '../../../lib/events/subscriber.decorator.js';
import { eventually } from '../../support/eventually.js';

const LOST: EventPayload<'worker.lost'> = { workerId: '7', at: '2026-01-01T00:00:00.000Z' };
const FAILED: EventPayload<'task.failed'> = {
  ...{ taskId: '17', namespace: 'shop', name: 'order', version: '1.0.0', at: LOST.at },
  ...{ from: 'in_progress', to: 'error' },
};

@TaskerSubscriber()
@Injectable()
class Alerts {
  readonly heard: string[] = [];

  @OnTaskerEvent('worker.lost')
  worker({ workerId }: EventPayload<'worker.lost'>): void {
    this.heard.push(`worker ${workerId}`);
  }

  @OnTaskerEvent('worker.*')
  anything(_: unknown, name: string): void {
    this.heard.push(name);
  }
}

@TaskerSubscriber()
class MoreAlerts extends Alerts {
  @OnTaskerEvent('task.failed', 'task.cancelled')
  task(): void {
    this.heard.push('task');
  }
}

@TaskerSubscriber()
class Pager {
  readonly heard: string[] = [];

  @OnTaskerEvent('task.failed', 'task.cancelled')
  @OnTaskerEvent('worker.lost', 'task.failed')
  page(_: unknown, name: string): void {
    this.heard.push(name);
  }
}

@TaskerSubscriber({ concurrency: 3, maxWaiting: 7 })
class Selective {
  readonly heard: string[] = [];
  readonly around: string[] = [];

  @OnTaskerEvent(['task.*', 'worker.lost'], {
    filter: (payload) => !('namespace' in payload) || payload.namespace === 'shop',
  })
  all(_: unknown, name: string): void {
    this.heard.push(name);
  }

  @OnTaskerEvent('task.failed', { concurrency: 1 })
  failed({ taskId }: EventPayload<'task.failed'>): Promise<void> {
    this.heard.push(`failed ${taskId}`);
    return Promise.reject(new Error('no signal'));
  }

  @OnTaskerEvent('subscriber.registered')
  registered({ subscriber, events }: EventPayload<'subscriber.registered'>): void {
    this.heard.push(`${subscriber} listens to ${events.join()}`);
  }

  beforeEvent(name: string): void {
    this.around.push(`before ${name}`);
  }

  afterEvent(name: string): void {
    this.around.push(`after ${name}`);
  }

  onEventError(error: unknown, name: string): void {
    this.around.push(`${(error as Error).message} at ${name}`);
  }
}

@TaskerSubscriber()
class Overriding extends Selective {
  @OnTaskerEvent('worker.lost', { concurrency: 2 })
  override failed(): Promise<void> {
    this.heard.push('instead');
    return Promise.resolve();
  }
}

@TaskerSubscriber()
class Ambiguous {
  @OnTaskerEvent('task.failed')
  @OnTaskerEvent('task.completed', { filter: () => true })
  either(): void {
    throw new Error('is never called');
  }
}

@TaskerSubscriber({ concurrency: 0 })
class Idle {
  @OnTaskerEvent('worker.lost')
  worker(): void {
    throw new Error('is never called');
  }
}

@TaskerSubscriber()
class Deaf {}

class Unmarked {
  @OnTaskerEvent('worker.lost')
  worker(): void {
    throw new Error('is never called');
  }
}

@TaskerSubscriber()
class Mistaken {
  @OnTaskerEvent('task.finished' as EventPattern)
  finished(): void {
    throw new Error('is never called');
  }
}

@TaskerSubscriber()
@Injectable({ scope: Scope.REQUEST })
class Scoped {
  @OnTaskerEvent('worker.lost')
  worker(): void {
    throw new Error('is never called');
  }
}

/** Never run: that it compiles is the test. */
export class CheckedByTheCompiler {
  // @ts-expect-error there is no such event
  @OnTaskerEvent('task.finished')
  finished(): void {
    return undefined;
  }

  // @ts-expect-error no event has such a beginning
  @OnTaskerEvent('tasks.*')
  ended(): void {
    return undefined;
  }

  // @ts-expect-error of the events of steps, only that of a failure has an error
  @OnTaskerEvent('step.*')
  step({ error }: EventPayload<'step.failed'>): unknown {
    return error;
  }

  @OnTaskerEvent('step.*', 'task.failed')
  both({ taskId }: { readonly taskId: string }, _name: EventName): string {
    return taskId;
  }

  // @ts-expect-error a lost worker has no task
  @OnTaskerEvent('worker.lost')
  worker({ taskId }: { taskId: string }): string {
    return taskId;
  }
}

describe('subscribers', () => {
  let app: INestApplicationContext | undefined;
  afterEach(() => app?.close());

  it('hear what their methods listen to', async () => {
    app = await anAppWith(Alerts);
    app.get(EventBus).publish('worker.lost', LOST);
    expect(app.get(Alerts).heard).toEqual(['worker 7', 'worker.lost']);
  });

  it('inherit the methods of their parent class, which itself does not gain theirs', async () => {
    app = await anAppWith(Alerts, MoreAlerts);
    app.get(EventBus).publish('worker.lost', LOST);
    expect(app.get(MoreAlerts).heard).toEqual(['worker 7', 'worker.lost']);
    expect(app.get(EventBus).hasListeners('task.cancelled')).toBe(true);
    expect(app.get(Alerts).heard).toEqual(['worker 7', 'worker.lost']);
  });

  it('are found when a factory makes them, and once when an alias leads to them', async () => {
    app = await anAppWith(
      { provide: 'made', useFactory: () => new Alerts() },
      { provide: 'alias', useExisting: 'made' },
      { provide: 'nothing', useValue: null },
      { provide: 'bare', useValue: Object.create(null) },
    );
    app.get(EventBus).publish('worker.lost', LOST);
    expect(app.get<Alerts>('made').heard).toEqual(['worker 7', 'worker.lost']);
  });

  it('hear once what several marks of a method name', async () => {
    app = await anAppWith(Pager);
    const bus = app.get(EventBus);
    bus.publish('worker.lost', LOST);
    bus.publish('task.failed', FAILED);
    bus.publish('task.cancelled', { ...FAILED, to: 'cancelled' });
    expect(app.get(Pager).heard).toEqual(['worker.lost', 'task.failed', 'task.cancelled']);
  });

  it('hear what their filters select, with their hooks around it, and are counted by method', async () => {
    jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    app = await anAppWith(Selective);
    const [bus, selective] = [app.get(EventBus), app.get(Selective)];
    expect(selective.heard.splice(0)).toEqual([
      'Selective listens to task.*,worker.lost,task.failed,subscriber.registered',
    ]);
    selective.around.splice(0);
    bus.publish('worker.lost', LOST);
    bus.publish('task.failed', FAILED);
    bus.publish('task.cancelled', { ...FAILED, namespace: 'bank', to: 'cancelled' });
    expect(selective.heard).toEqual(['worker.lost', 'task.failed', 'failed 17']);
    await eventually(() =>
      expect(selective.around).toEqual([
        ...['before worker.lost', 'after worker.lost', 'before task.failed', 'after task.failed', 'before task.failed'],
        'no signal at task.failed',
      ]),
    );
    expect(bus.statistics()).toMatchObject([
      { listener: 'Selective.all', events: ['task.*', 'worker.lost'], handled: 2, filtered: 1 },
      { listener: 'Selective.failed', events: ['task.failed'], failed: 1 },
      { listener: 'Selective.registered', handled: 1 },
    ]);
  });

  it('hear by an overriding method what that is marked with, instead of what its parent was', async () => {
    app = await anAppWith(Overriding);
    const { heard } = app.get(Overriding);
    heard.splice(0);
    app.get(EventBus).publish('task.failed', FAILED);
    app.get(EventBus).publish('worker.lost', LOST);
    expect(heard).toEqual(['task.failed', 'worker.lost', 'instead']);
  });

  it('may be controllers', async () => {
    @Controller()
    @TaskerSubscriber()
    class Page {
      readonly heard: string[] = [];

      @OnTaskerEvent('worker.lost')
      lost(): void {
        this.heard.push('lost');
      }
    }
    app = await anAppOf({ controllers: [Page], providers: [] });
    app.get(EventBus).publish('worker.lost', LOST);
    expect(app.get(Page).heard).toEqual(['lost']);
  });

  it('hear as much as what stands in for them has methods for', async () => {
    const heard: string[] = [];
    app = await anAppWith({ provide: Alerts, useValue: { worker: () => heard.push('a stub') } });
    const bus = app.get(EventBus);
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual(['a stub']);
    expect(bus.hasListeners('worker.stopped')).toBe(false);
  });

  it('hear nothing after the application has closed', async () => {
    app = await anAppWith(Alerts);
    const bus = app.get(EventBus);
    await app.close();
    expect(bus.hasListeners('worker.lost')).toBe(false);
  });

  it('stop the start with all their faults at once', async () => {
    await expect(anAppWith(Deaf, Unmarked, Mistaken, Scoped, Ambiguous, Idle)).rejects.toMatchObject({
      code: 'TASKER_INVALID_SUBSCRIBERS',
      faults: [
        'Deaf is marked with @TaskerSubscriber(), but has no @OnTaskerEvent method',
        'Unmarked has @OnTaskerEvent methods, but no @TaskerSubscriber() on the class',
        expect.stringContaining('Mistaken.finished listens to an unknown event "task.finished"; known: task.'),
        'Scoped is request-scoped or depends on a request-scoped provider, but events have no request',
        'Ambiguous.either has several @OnTaskerEvent decorators with options; combine them into one',
        'concurrency of Idle.worker must be a whole number of at least 1, got 0',
      ],
    });
  });

  it('may not be two instances of one class, which would each hear every event', async () => {
    @Module({ providers: [Alerts] })
    class Other {}
    await expect(anAppOf({ imports: [Other], providers: [Alerts] })).rejects.toMatchObject({
      faults: ['Alerts is provided by more than one module'],
    });
  });
});

async function anAppWith(...providers: Provider[]): Promise<INestApplicationContext> {
  return anAppOf({ providers });
}

async function anAppOf({
  imports = [],
  controllers = [],
  providers,
}: ModuleMetadata): Promise<INestApplicationContext> {
  const module = await Test.createTestingModule({
    imports: [GivenOptionsModule.forRoot({}), OptionsModule, EventsModule, ...imports],
    controllers,
    providers: providers!,
  }).compile();
  return module.init();
}
