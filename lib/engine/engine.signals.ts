import { Injectable } from '@nestjs/common';
import { Signal } from '../background/signal.js';
import type { TaskPayload } from '../events/event.payloads.js';
import type { StepOutcome } from './steps/step.outcome.js';

/** The signals between the parts of the engine in one process. The comment of each names the part that reacts to it. */
@Injectable()
export class EngineSignals {
  /** Steps may be ready that this process has room for. `WorkerLoop` claims them. */
  readonly workReady = new Signal();

  /**
   * A pass may be due: an outcome waits to be recorded, there is room for a step, or a search has ended. `WorkerLoop`
   * runs it.
   */
  readonly passDue = new Signal();

  /** Steps became ready outside of a pass. `WorkerLoop` claims them and notifies other processes. */
  readonly stepsFreed = new Signal();

  /** A step that began in this process has ended and was not dropped. `Worker` records its outcome. */
  readonly stepEnded = new Signal<StepOutcome>();

  /**
   * A task has ended through this process. `FinalHookRunner` calls its handler. The payload is built on demand, because
   * few need it.
   */
  readonly taskEnded = new Signal<() => TaskPayload>();
}
