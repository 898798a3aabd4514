import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  Injectable,
  Logger,
  Module,
  Scope,
  type INestApplicationContext,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import type { EventOptions } from '../../../lib/options/event.options.js';
import { GivenOptionsModule, OptionsModule } from '../../../lib/options/options.module.js';
import { EventBus } from '../../../lib/events/event.bus.js';
import type { EventPayload } from '../../../lib/events/event.catalogue.js';
import { EventsModule } from '../../../lib/events/events.module.js';
import { eventually } from '../../support/eventually.js';

const LOST: EventPayload<'worker.lost'> = { workerId: '7', at: '2026-01-01T00:00:00.000Z' };

@Injectable()
class HostListener {
  readonly heard: unknown[] = [];

  @OnEvent('tasker.worker.lost')
  lost(payload: unknown): void {
    this.heard.push(['lost', payload]);
  }

  @OnEvent('tasker.**')
  any(): void {
    this.heard.push('any');
  }

  @OnEvent('tasker.worker.stopped', { suppressErrors: false })
  stopped(): void {
    throw new Error('no signal');
  }
}

/** Has `emit` alone. */
@Injectable()
class PlainEmitter extends EventEmitter {}

@Injectable({ scope: Scope.REQUEST })
class ScopedEmitter extends EventEmitter {}

@Injectable()
class NoEmitter {
  readonly name = 'nobody';
}

describe('the event emitter of the host', () => {
  const reported = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  let app: INestApplicationContext | undefined;
  afterEach(async () => {
    await app?.close();
    reported.mockClear();
  });

  const open = async (events: EventOptions, { imports = [], providers = [] }: ModuleMetadata): Promise<EventBus> => {
    const module = await Test.createTestingModule({
      imports: [GivenOptionsModule.forRoot({ events }), OptionsModule, EventsModule, ...imports],
      providers,
    }).compile();
    app = await module.init();
    return app.get(EventBus);
  };

  it('gets all events under its prefix, so that @OnEvent methods hear them', async () => {
    const bus = await open(
      { emitter: EventEmitter2 },
      { imports: [EventEmitterModule.forRoot({ wildcard: true })], providers: [HostListener] },
    );
    bus.publish('worker.lost', LOST);
    bus.publish('workflow.no_viable_steps', LOST);
    await eventually(() => expect(app!.get(HostListener).heard).toEqual([['lost', LOST], 'any', 'any']));
    expect(reported).not.toHaveBeenCalled();
  });

  it('does not take the process down when a listener fails that does not suppress its errors', async () => {
    const bus = await open(
      { emitter: EventEmitter2 },
      { imports: [EventEmitterModule.forRoot({ wildcard: true })], providers: [HostListener] },
    );
    bus.publish('worker.stopped', LOST);
    await eventually(() =>
      expect(reported).toHaveBeenCalledWith(
        'events.emitter failed to handle worker.stopped.',
        expect.stringContaining('no signal'),
      ),
    );
  });

  it('may be one of Node, and may get the names as they are; it gets nothing after the application has closed', async () => {
    const bus = await open({ emitter: PlainEmitter, prefix: '' }, { providers: [PlainEmitter] });
    const heard: unknown[] = [];
    app!.get(PlainEmitter).on('worker.lost', (payload) => heard.push(payload));
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual([LOST]);
    await app!.close();
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual([LOST]);
  });

  it('may be one of any module of the host', async () => {
    @Module({ providers: [PlainEmitter] })
    class Other {}
    const bus = await open({ emitter: PlainEmitter }, { imports: [Other] });
    const heard: unknown[] = [];
    app!.get(PlainEmitter, { strict: false }).on('tasker.worker.lost', (payload) => heard.push(payload));
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual([LOST]);
  });

  it.each<[string, Type, ModuleMetadata, string]>([
    ['no provider', PlainEmitter, {}, 'PlainEmitter, which no module provides'],
    [
      'of a request',
      ScopedEmitter,
      { providers: [ScopedEmitter] },
      'ScopedEmitter, which is request-scoped or transient',
    ],
    ['no emitter', NoEmitter, { providers: [NoEmitter] }, 'NoEmitter, which has no method emit'],
  ])('stops the start if it is %s', async (_, emitter, metadata, fault) => {
    await expect(open({ emitter: emitter as Type<EventEmitter> }, metadata)).rejects.toMatchObject({
      code: 'TASKER_INVALID_SUBSCRIBERS',
      faults: [`the option events.emitter names ${fault}`],
    });
  });
});
