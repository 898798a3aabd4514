import { Inject, Injectable, Logger } from '@nestjs/common';
import { InvalidTaskHandlerAnswerError } from '../../handlers/handler.errors.js';
import type { EndedStep, EndedTask, NewAnnotation } from '../../handlers/task-handler.contract.js';
import { TaskHandlerRegistry, type RegisteredTaskHandler } from '../../handlers/task-handler.registry.js';
import { EventBus } from '../../events/event.bus.js';
import { now } from '../../events/event.time.js';
import type { FinalisedTaskPayload } from '../../events/event.payloads.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { FinalHookGateway, type FinalHook } from '../../persistence/final-hook.gateway.js';
import { TaskDetailGateway } from '../../persistence/task-detail.gateway.js';
import type { StoredParts, TaskOutline } from '../../persistence/task.details.js';
import { Scrubber } from '../../protection/error.scrubber.js';
import { SensitiveReader } from '../../protection/sensitive.reader.js';
import { secretsIn } from '../../protection/taken.values.js';
import { describeKind } from '../../templates/json.copy.js';
import { TemplateDirectory } from '../../templates/template.directory.js';
import { TemplateRegistry } from '../../templates/template.registry.js';
import { backoffSeconds, type BackoffPolicy } from '../../workflow/backoff.js';
import { errorText } from '../../workflow/error.text.js';
import { storableText } from '../../workflow/json.check.js';
import { mustBe, mustBeListOf } from '../../workflow/input.wording.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { logText } from '../../workflow/log.text.js';
import { annotationProblems } from './annotation.check.js';
import { BackgroundService } from '../../background/background.service.js';
import { gracePeriod } from '../../background/grace.period.js';
import { EngineSignals } from '../engine.signals.js';
import { RecurringWork } from '../../background/recurring.work.js';
import { StandingFaults } from '../../background/standing.faults.js';

/** What the task handler answered, and for what; `called` is null if it was not called, because its task is gone. */
interface HookAnswer {
  readonly annotations: readonly NewAnnotation[];
  readonly called: FinalisedTaskPayload | null;
}

type WholeTask = TaskOutline & Pick<StoredParts, 'context' | 'steps'>;

/** The number of handlers that are called at the same time. */
const BATCH_SIZE = 10;
const TIMEOUT_MS = 30_000;
/** Longer than a handler may take, so that no handler is called twice at the same time unless its process has died. */
const LEASE_SECONDS = 60;
/** With the waits between the attempts, about three hours. */
const MAX_ATTEMPTS = 10;
const BACKOFF: BackoffPolicy = { baseSeconds: 2, factor: 3, maxSeconds: 3_600, jitter: 0.2 };
const MAX_ERROR_LENGTH = 2_000;

/**
 * Calls the task handlers of ended tasks and stores the annotations that they return. The transaction that ends a task inserts a
 * row for the call, so a process that dies in between loses nothing. The transaction that stores the annotations deletes the row,
 * so they are stored once. Tasks that end through this process are handled at once, others at the next poll.
 */
@Injectable()
export class FinalHookRunner extends BackgroundService {
  private readonly logger = new Logger('TaskerFinalHooks');
  private readonly calling: RecurringWork;
  private endListening: () => void = () => undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: FinalHookGateway,
    private readonly details: TaskDetailGateway,
    private readonly templates: TemplateRegistry,
    private readonly directory: TemplateDirectory,
    private readonly handlers: TaskHandlerRegistry,
    private readonly signals: EngineSignals,
    private readonly secrets: SensitiveReader,
    private readonly bus: EventBus,
    faults: StandingFaults,
  ) {
    super();
    this.calling = new RecurringWork({
      run: (signal) => this.runOnce(signal),
      intervalMs: options.worker.pollIntervalMs,
      trouble: 'Failed to search for ended tasks',
      logger: this.logger,
      fault: { faults, key: 'final_hooks', sentence: 'Task handlers are not called when tasks end.' },
    });
  }

  /**
   * Calls the task handlers of all ended tasks that are due in this process. Returns for how many the annotations were
   * stored.
   * @param stop if it is aborted, no more calls are claimed, and calls that fail from then on, or take longer than
   *   `worker.shutdownTimeoutMs`, are handed back
   */
  async runOnce(stop?: AbortSignal): Promise<number> {
    const namedTaskIds = this.namedTaskIds();
    const ending = gracePeriod(stop, this.options.worker.shutdownTimeoutMs);
    let stored = 0;
    try {
      while (namedTaskIds.length > 0 && !stop?.aborted) {
        const hooks = await this.gateway.claim(namedTaskIds, BATCH_SIZE, LEASE_SECONDS);
        if (hooks.length === 0) break;
        stored += await this.callAll(hooks, ending.signal, stop);
      }
    } finally {
      ending.clear();
    }
    return stored;
  }

  /** Does nothing if no task handler of this process has an `updateAnnotations`. */
  protected async onStart(): Promise<void> {
    if (this.namedTaskIds().length === 0) return;
    this.endListening = this.signals.taskEnded.listen((payload) => {
      if (this.handlers.find(payload())?.instance.updateAnnotations) this.calling.now();
    });
    await this.calling.start();
    this.calling.now(); // other processes may have left some
  }

  protected async onStop(): Promise<void> {
    this.endListening();
    await this.calling.stop();
  }

  /**
   * The templates whose task handler is in this process. Ended tasks of other templates wait for a process with their
   * handler.
   */
  private namedTaskIds(): readonly string[] {
    return this.templates
      .list()
      .filter((template) => this.handlers.find(template)?.instance.updateAnnotations !== undefined)
      .map((template) => this.directory.idOf(template));
  }

  /** @throws the error that prevented a result from being recorded, after all calls have been tried */
  private async callAll(hooks: readonly FinalHook[], ending: AbortSignal, stop?: AbortSignal): Promise<number> {
    const results = await Promise.allSettled(hooks.map((hook) => this.call(hook, ending, stop)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return results.filter((result) => result.status === 'fulfilled' && result.value).length;
  }

  private async call(hook: FinalHook, ending: AbortSignal, stop?: AbortSignal): Promise<boolean> {
    if (stop?.aborted) {
      await this.gateway.release(hook); // it came with a claim that was running when the stop began
      return false;
    }
    try {
      const { annotations, called } = await this.annotationsFor(hook, ending);
      const isStored = await this.gateway.finish(hook, annotations);
      if (isStored && called) this.bus.publish('workflow.task_finalization_completed', { ...called, at: now() });
      return isStored;
    } catch (error) {
      if (stop?.aborted) await this.handBack(hook, error);
      else await this.postpone(hook, error);
      return false;
    }
  }

  private async annotationsFor(hook: FinalHook, ending: AbortSignal): Promise<HookAnswer> {
    if (hook.attempt > MAX_ATTEMPTS) throw new Error('The process died each time the task handler was called.');
    const stored = await this.details.findWhole(hook.taskId, ['context', 'steps']);
    if (!stored) return { annotations: [], called: null }; // the task has been removed
    const { task, taken } = await this.secrets.complete(stored);
    const handler = this.handlers.find(task)!;
    const { namespace, name, version } = task;
    const called = { taskId: hook.taskId, namespace, name, version, state: hook.state, at: now() };
    this.bus.publish('workflow.task_finalization_started', called);
    try {
      const answer: unknown = await inTime(
        async () => handler.instance.updateAnnotations!(endedTask(task, hook), endedSteps(task)),
        ending,
      );
      return { annotations: checked(answer, handler, task), called };
    } catch (error) {
      throw new Scrubber(secretsIn(taken)).thrown(error); // it is logged and stored
    }
  }

  /** During a shutdown, the host may already have closed resources of the handler, so a failure may not be the handler's fault. */
  private async handBack(hook: FinalHook, error: unknown): Promise<void> {
    this.logger.warn(
      `${failureOf(hook)} during the shutdown; another process will call it again, and the attempt does not count: ${logText(messageOf(error))}`,
    );
    await this.gateway.release(hook);
  }

  private async postpone(hook: FinalHook, error: unknown): Promise<void> {
    const isLast = hook.attempt >= MAX_ATTEMPTS;
    const label = `${failureOf(hook)}, attempt ${hook.attempt}`;
    if (isLast) this.logger.error(`${label}; gave up.`, errorText(error));
    else this.logger.warn(`${label}; will retry: ${logText(messageOf(error))}`);
    const afterSeconds = isLast ? null : backoffSeconds(BACKOFF, hook.attempt);
    await this.gateway.postpone(hook, storableText(messageOf(error), MAX_ERROR_LENGTH), afterSeconds);
  }
}

function failureOf({ taskId, state }: FinalHook): string {
  return `The task handler failed at the end of task ${taskId} (${state})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function endedTask(task: WholeTask, { state, endedAt }: FinalHook): EndedTask {
  const { id, namespace, name, version, context, initiator, sourceSystem, reason, tags } = task;
  const asRequested = { id, namespace, name, version, context, initiator, sourceSystem, reason, tags };
  return { ...asRequested, state, endedAt: new Date(endedAt) };
}

function endedSteps({ steps }: WholeTask): EndedStep[] {
  return steps.map(({ id, name, state, dependsOn, attempts, retryLimit, results, error }) => ({
    ...{ id, name, state, dependsOn, attempts, retryLimit, results },
    error: error && { message: error.message, code: error.code, class: error.class },
  }));
}

/** Work that exceeds its time goes on, but its result is dropped. */
async function inTime<T>(work: () => Promise<T>, ending: AbortSignal): Promise<T> {
  let stopWaiting: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    const rejectLate = (when: string): void => reject(new Error(`updateAnnotations did not finish ${when}.`));
    const atEnd = (): void => rejectLate('before the end of the shutdown');
    const timer = setTimeout(rejectLate, TIMEOUT_MS, `within ${TIMEOUT_MS / 1_000} s`);
    if (ending.aborted) atEnd();
    ending.addEventListener('abort', atEnd);
    stopWaiting = () => {
      clearTimeout(timer);
      ending.removeEventListener('abort', atEnd);
    };
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    stopWaiting();
  }
}

function checked(answer: unknown, { name }: RegisteredTaskHandler, task: WholeTask): readonly NewAnnotation[] {
  const problems = Array.isArray(answer)
    ? answer.flatMap((item: unknown, index) => itemProblems(`/${index}`, item))
    : [{ pointer: '', message: `${mustBeListOf('annotations')}, got ${describeKind(answer)}` }];
  if (problems.length > 0) throw new InvalidTaskHandlerAnswerError(name, 'updateAnnotations', task, problems);
  return answer as readonly NewAnnotation[];
}

function itemProblems(pointer: string, item: unknown): Problem[] {
  if (typeof item !== 'object' || item === null) {
    return [{ pointer, message: `${mustBe('an object')}, got ${describeKind(item)}` }];
  }
  return annotationProblems(pointer, item).filter((problem) => problem !== null);
}
