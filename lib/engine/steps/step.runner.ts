import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { StepHandlerContract, StepLogger } from '../../handlers/step-handler.contract.js';
import { UnknownStepResultsError } from '../../handlers/handler.errors.js';
import type { RegisteredStepHandler } from '../../handlers/step-handler.registry.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import { inOwnContext } from '../../options/own.context.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import { TaskGateway } from '../../persistence/task.gateway.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import type { JsonValue } from '../../workflow/json.js';
import { logLines, logText } from '../../workflow/log.text.js';
import { StepAbandonedError, StepTimeoutError, type AbandonReason } from '../engine.errors.js';
import { StepTemplateCache, type LoadedStepTemplate } from './step-template.cache.js';
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
    resultsOf: (taskId, stepName, manager) => this.resultsOf(taskId, stepName, manager),
  };

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly definitions: StepTemplateCache,
    private readonly tasks: TaskGateway,
    private readonly transactions: StepTransactions,
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
    const settle = (result: StepOutcome): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const maxResultBytes = handler.options.maxResultBytes ?? this.options.steps.maxResultBytes;
    const judge = (value: unknown): StepOutcome => {
      clearTimeout(timer); // the timeout is only for the handler: the commit may take longer
      return succeeded(claimed, value, maxResultBytes);
    };
    const process = (): Promise<unknown> => {
      const limitMs = template.timeoutSeconds * 1_000;
      run.deadline = new Date(Date.now() + limitMs);
      timer = setTimeout(timeOut, limitMs); // the timeout begins after the wait for a connection
      return resultOf(handler.instance, run);
    };
    const ended = definition.isTransactional
      ? this.transactions.run(run, claimed, process, judge)
      : inOwnContext(process).then(judge);
    ended.then(settle, (error: unknown) => settle(failed(claimed, error, template.backoff)));
    const abandon = (reason: AbandonReason): void => {
      settle(released(claimed));
      run.abort(new StepAbandonedError(reason));
    };
    return { claimed, outcome, abandon };
  }

  private parentResults({ results }: ClaimedStep): Record<string, JsonValue> {
    const byName: Record<string, JsonValue> = {};
    for (const [templateId, value] of results) byName[this.definitions.get(templateId)!.template.name] = value;
    return byName;
  }

  private async resultsOf(taskId: string, stepName: string, manager?: EntityManager): Promise<JsonValue> {
    const results = await this.tasks.findResults(taskId, stepName, manager);
    if (results !== undefined) return results;
    throw new UnknownStepResultsError(stepName, await this.tasks.finishedStepNames(taskId, manager));
  }

  private logFor({ task, step, attempt }: StepRun): StepLogger {
    const where = `[task ${task.id} ${logText(step.name)} attempt ${attempt}]`;
    return {
      debug: (message) => this.logger.debug(`${where} ${logLines(message)}`),
      info: (message) => this.logger.log(`${where} ${logLines(message)}`),
      warn: (message) => this.logger.warn(`${where} ${logLines(message)}`),
      error: (message) => this.logger.error(`${where} ${logLines(message)}`),
    };
  }
}

/** Converts an error that is thrown synchronously to a rejection. */
async function resultOf(handler: StepHandlerContract, run: StepRun): Promise<unknown> {
  const result = await handler.process(run);
  return isObservable(result) ? lastValueOf(result, run.signal) : result;
}
