import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Injectable,
  Module,
  Scope,
  type INestApplicationContext,
  type ModuleMetadata,
  type Provider,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventBus } from '../../../lib/events/event.bus.js';
import type { EventPattern, EventPayload } from '../../../lib/events/event.catalogue.js';
import { EventsModule } from '../../../lib/events/events.module.js';
import { On, Subscriber } from '../../../lib/events/subscriber.decorator.js';

const LOST: EventPayload<'worker.lost'> = { workerId: '7', at: '2026-01-01T00:00:00.000Z' };
const FAILED: EventPayload<'task.failed'> = {
  ...{ taskId: '17', namespace: 'shop', name: 'order', version: '1.0.0', at: LOST.at },
  ...{ from: 'in_progress', to: 'error' },
};

@Subscriber()
@Injectable()
class Alerts {
  readonly heard: string[] = [];

  @On('worker.lost')
  worker({ workerId }: EventPayload<'worker.lost'>): void {
    this.heard.push(`worker ${workerId}`);
  }

  @On('*')
  anything(_: unknown, name: string): void {
    this.heard.push(name);
  }
}

@Subscriber()
class MoreAlerts extends Alerts {
  @On('task.failed', 'task.cancelled')
  task(): void {
    this.heard.push('task');
  }
}

@Subscriber()
class Pager {
  readonly heard: string[] = [];

  @On('task.failed', 'task.cancelled')
  @On('worker.lost', 'task.failed')
  page(_: unknown, name: string): void {
    this.heard.push(name);
  }
}

@Subscriber()
class Deaf {}

class Unmarked {
  @On('worker.lost')
  worker(): void {
    throw new Error('is never called');
  }
}

@Subscriber()
class Mistaken {
  @On('task.finished' as EventPattern)
  finished(): void {
    throw new Error('is never called');
  }
}

@Subscriber()
@Injectable({ scope: Scope.REQUEST })
class Scoped {
  @On('worker.lost')
  worker(): void {
    throw new Error('is never called');
  }
}

/** Never run: that it compiles is the test. */
export class CheckedByTheCompiler {
  // @ts-expect-error there is no such event
  @On('task.finished')
  finished(): void {
    return undefined;
  }

  // @ts-expect-error a lost worker has no task
  @On('worker.lost')
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

  it('hear as much as what stands in for them has methods for', async () => {
    const heard: string[] = [];
    app = await anAppWith({ provide: Alerts, useValue: { worker: () => heard.push('a stub') } });
    const bus = app.get(EventBus);
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual(['a stub']);
    expect(bus.hasListeners('task.failed')).toBe(false);
  });

  it('hear nothing after the application has closed', async () => {
    app = await anAppWith(Alerts);
    const bus = app.get(EventBus);
    await app.close();
    expect(bus.hasListeners('worker.lost')).toBe(false);
  });

  it('stop the start with all their faults at once', async () => {
    await expect(anAppWith(Deaf, Unmarked, Mistaken, Scoped)).rejects.toMatchObject({
      code: 'TASKER_INVALID_SUBSCRIBERS',
      faults: [
        'Deaf is marked with @Subscriber(), but has no @On method',
        'Unmarked has @On methods, but no @Subscriber() on the class',
        expect.stringContaining('Mistaken.finished listens to an unknown event "task.finished"; known: task.'),
        'Scoped is request-scoped or depends on a request-scoped provider, but events have no request',
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

async function anAppOf({ imports = [], providers }: ModuleMetadata): Promise<INestApplicationContext> {
  const module = await Test.createTestingModule({
    imports: [EventsModule, ...imports],
    providers: providers!,
  }).compile();
  return module.init();
}
