import { Inject, Injectable, Logger } from '@nestjs/common';
import type { StepHandlerContract, StepLogger } from '../../handlers/step-handler.contract.js';
import { EventBus } from '../../events/event.bus.js';
import { UnknownStepResultsError } from '../../handlers/handler.errors.js';
import type { RegisteredStepHandler } from '../../handlers/step-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import { inOwnContext } from '../../options/own.context.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { TaskGateway } from '../../persistence/task.gateway.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import { SensitiveReader } from '../../protection/sensitive.reader.js';
import { putBack } from '../../protection/taken.values.js';
import type { JsonValue } from '../../workflow/json.js';
import { logLines, logText } from '../../workflow/log.text.js';
import { StepAbandonedError, StepTimeoutError, type AbandonReason } from '../engine.errors.js';
import { EngineSignals } from '../engine.signals.js';
import { ClaimedNames } from '../events/claimed.names.js';
import { StepTemplateCache, type LoadedStepTemplate } from './step-template.cache.js';
import { StepConcealment } from './step.concealment.js';
import { isObservable, lastValueOf } from './observable.value.js';
import { failed, released, succeeded, type StepOutcome } from './step.outcome.js';
import { StepRun, type StepRunServices } from './step.run.js';
import { StepTransactions } from './step.transactions.js';

/** A step that runs in this process. */
export interface RunningStep {
  readonly claimed: ClaimedStep;
  /** Always resolves: everything that a handler does leads to an outcome. */
  readonly outcome: Promise<StepOutcome>;
  /** Aborts the handler and resolves `outcome` with the hand-back of the step, without waiting for the handler. */
  abandon(reason: AbandonReason): void;
}

/** Runs a claimed step: calls its handler with a deadline and a signal, and converts the result to an outcome. */
@Injectable()
export class StepRunner {
  private readonly logger = new Logger('TaskerStep');
  private readonly services: StepRunServices = {
    log: (run) => this.logFor(run),
    resultsOf: (run, stepName) => this.resultsOf(run, stepName),
  };

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly definitions: StepTemplateCache,
    private readonly tasks: TaskGateway,
    private readonly transactions: StepTransactions,
    private readonly concealing: StepConcealment,
    private readonly sensitive: SensitiveReader,
    private readonly names: ClaimedNames,
    private readonly bus: EventBus,
    private readonly signals: EngineSignals,
  ) {}

  /** Runs a step. A place must have been reserved for a transactional step. */
  run(claimed: ClaimedStep, definition: LoadedStepTemplate, handler: RegisteredStepHandler): RunningStep {
    const { template } = definition;
    const run = new StepRun(claimed, definition, this.parentResults(claimed), this.services);
    let resolve!: (outcome: StepOutcome) => void;
    const outcome = new Promise<StepOutcome>((settled) => (resolve = settled));
    let timer: NodeJS.Timeout | undefined;
    const timeOut = (): void => {
      const error = new StepTimeoutError(template.timeoutSeconds);
      resolve(failed(claimed, error, template.backoff));
      run.abort(error);
    };
    const conceal = this.concealing.of(run, template);
    let isSettled = false;
    const settle = (result: StepOutcome): void => {
      clearTimeout(timer);
      // The commit may have come before the abort: what is recorded counts, whatever was reported of the attempt.
      if (isSettled && result.recorded) this.signals.stepEnded.emit(result);
      isSettled = true;
      resolve(result);
    };
    const maxResultBytes = handler.options.maxResultBytes ?? this.options.steps.maxResultBytes;
    const judge = (value: unknown): StepOutcome => {
      clearTimeout(timer); // the timeout is only for the handler: the commit may take longer
      return conceal(succeeded(claimed, value, maxResultBytes));
    };
    const process = (): Promise<unknown> => {
      const limitMs = template.timeoutSeconds * 1_000;
      run.deadline = new Date(Date.now() + limitMs);
      timer = setTimeout(timeOut, limitMs); // the timeout begins after the wait for a connection
      if (this.bus.hasListeners('step.before_handle')) this.publishCall(claimed);
      return resultOf(handler.instance, run);
    };
    const ended = definition.isTransactional
      ? this.transactions.run(run, claimed, process, judge)
      : inOwnContext(process).then(judge);
    ended.then(settle, (error: unknown) => settle(conceal(failed(claimed, error, template.backoff))));
    const abandon = (reason: AbandonReason): void => {
      settle(released(claimed));
      run.abort(new StepAbandonedError(reason));
    };
    return { claimed, outcome, abandon };
  }

  /** Published after the events of the claim, which come when its pass is over; and before those of the outcome. */
  private publishCall(claimed: ClaimedStep): void {
    const step = this.names.stepOf(claimed);
    setImmediate(() => this.bus.publish('step.before_handle', step));
  }

  private parentResults({ results }: ClaimedStep): Record<string, JsonValue> {
    const byName: Record<string, JsonValue> = {};
    for (const [templateId, value] of results) byName[this.definitions.get(templateId)!.template.name] = value;
    return byName;
  }

  private async resultsOf(run: StepRun, stepName: string): Promise<JsonValue> {
    const { task, isSensitive, transaction } = run;
    const results = await this.tasks.findResults(task.id, stepName, transaction);
    if (results === undefined) {
      throw new UnknownStepResultsError(stepName, await this.tasks.finishedStepNames(task.id, transaction));
    }
    if (!isSensitive) return results;
    const template = { namespace: task.namespace, task: task.name };
    const taken = await this.sensitive.ofResults(task.id, stepName, template, transaction);
    run.learn(taken);
    return putBack(results, taken);
  }

  private logFor(run: StepRun): StepLogger {
    const { task, step, attempt, isSensitive } = run;
    const where = `[task ${task.id} ${logText(step.name)} attempt ${attempt}]`;
    const shown = (message: unknown): string => (isSensitive ? run.scrubber.text(String(message)) : String(message));
    const line = (message: unknown): string => `${where} ${logLines(shown(message))}`;
    return {
      debug: (message) => this.logger.debug(line(message)),
      info: (message) => this.logger.log(line(message)),
      warn: (message) => this.logger.warn(line(message)),
      error: (message) => this.logger.error(line(message)),
    };
  }
}

/** Converts an error that is thrown synchronously to a rejection. */
async function resultOf(handler: StepHandlerContract, run: StepRun): Promise<unknown> {
  const result = await handler.process(run);
  return isObservable(result) ? lastValueOf(result, run.signal) : result;
}
