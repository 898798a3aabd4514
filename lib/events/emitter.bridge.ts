import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EventEmitterContract } from '../options/event.options.js';
import { whyMissing } from '../options/missing.provider.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { EventBus } from './event.bus.js';
import { InvalidSubscribersError } from './event.errors.js';

/** Passes all events on to the event emitter of the host that the option `events.emitter` names. */
@Injectable()
export class EmitterBridge implements OnModuleInit, OnModuleDestroy {
  private leave: () => void = () => undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'events'>,
    private readonly modules: ModuleRef,
    private readonly bus: EventBus,
  ) {}

  /** @throws InvalidSubscribersError if nothing is provided, or no event emitter */
  onModuleInit(): void {
    const emitter = this.emitter();
    if (!emitter) return;
    const { prefix } = this.options.events;
    // Without emitAsync, what listeners reject with later would end the process.
    const pass = emitter.emitAsync
      ? (payload: object, name: string): unknown => emitter.emitAsync!(prefix + name, payload)
      : (payload: object, name: string): unknown => emitter.emit(prefix + name, payload);
    this.leave = this.bus.on('*', pass, { name: 'events.emitter' });
  }

  onModuleDestroy(): void {
    this.leave();
  }

  private emitter(): EventEmitterContract | null {
    const { emitter: token } = this.options.events;
    if (token === null) return null;
    const label = typeof token === 'function' ? token.name : String(token);
    let emitter: EventEmitterContract;
    try {
      emitter = this.modules.get(token, { strict: false });
    } catch (error) {
      throw new InvalidSubscribersError([`the option events.emitter names ${label}, ${whyMissing(error)}`]);
    }
    if (typeof emitter.emit === 'function') return emitter;
    throw new InvalidSubscribersError([`the option events.emitter names ${label}, which has no method emit`]);
  }
}
