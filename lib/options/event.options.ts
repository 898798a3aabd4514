import type { InjectionToken } from '@nestjs/common';

/** Passes events on to other parts of the host. */
export interface EventOptions {
  /**
   * The injection token of an event emitter that gets all events, such as the class `EventEmitter2` of
   * `@nestjs/event-emitter`, so that `@OnEvent` methods hear them. One of the application's modules must provide it.
   * @default null
   */
  readonly emitter?: InjectionToken<EventEmitterContract> | null;
  /** The prefix of the names of events: `tasker.` makes `tasker.task.completed`. @default 'tasker.' */
  readonly prefix?: string;
}

/** An event emitter, as far as the engine needs it. */
export interface EventEmitterContract {
  /** Preferred, because it reports listeners that fail later. */
  emitAsync?(name: string, payload: object): Promise<unknown>;
  emit(name: string, payload: object): unknown;
}
