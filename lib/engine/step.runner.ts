import { Inject, Injectable, Logger } from '@nestjs/common';
import type { StepLogger } from '../handlers/step-handler.contract.js';
import { UnknownStepResultsError } from '../handlers/handler.errors.js';
import type { RegisteredStepHandler } from '../handlers/step-handler.registry.js';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { TaskGateway } from '../persistence/task.gateway.js';
import type { ClaimedStep } from '../persistence/worker.gateway.js';
import type { JsonValue } from '../workflow/json.js';
import { StepAbandonedError, StepTimeoutError } from './engine.errors.js';
import { StepDefinitionCache, type StepDefinition } from './step-definition.cache.js';
import { failed, released, succeeded, type StepOutcome } from './step.outcome.js';
import { StepRun, type StepRunServices } from './step.run.js';

/** A step that runs in this process. */
export interface RunningStep {
  readonly claimed: ClaimedStep;
  /** Always resolves: whatever a handler does ends as an outcome. */
  readonly outcome: Promise<StepOutcome>;
  /** Aborts the handler and resolves `outcome` as a release, without waiting for the handler. */
  abandon(reason: 'shutdown' | 'lease_lost'): void;
}

/** Runs one claimed step: calls its handler under deadline and signal, and turns whatever came back into an outcome. */
@Injectable()
export class StepRunner {
  private readonly logger = new Logger('TaskerStep');
  private readonly services: StepRunServices = {
    log: (run) => this.logFor(run),
    resultsOf: (taskId, stepName) => this.resultsOf(taskId, stepName),
  };

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly definitions: StepDefinitionCache,
    private readonly tasks: TaskGateway,
  ) {}

  run(claimed: ClaimedStep, definition: StepDefinition, handler: RegisteredStepHandler): RunningStep {
    const { template } = definition;
    const run = new StepRun(claimed, definition, this.parentResults(claimed), this.services);
    let resolve!: (outcome: StepOutcome) => void;
    const outcome = new Promise<StepOutcome>((settled) => (resolve = settled));
    const timer = setTimeout(() => {
      const error = new StepTimeoutError(template.timeoutSeconds);
      resolve(failed(claimed, error, template.backoff));
      run.abort(error);
    }, template.timeoutSeconds * 1_000);
    const settle = (result: StepOutcome): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const maxResultBytes = handler.options.maxResultBytes ?? this.options.steps.maxResultBytes;
    call(() => handler.instance.process(run)).then(
      (value) => settle(succeeded(claimed, value, maxResultBytes)),
      (error: unknown) => settle(failed(claimed, error, template.backoff)),
    );
    const abandon = (reason: 'shutdown' | 'lease_lost'): void => {
      settle(released(claimed));
      run.abort(new StepAbandonedError(reason));
    };
    return { claimed, outcome, abandon };
  }

  private parentResults({ results }: ClaimedStep): Record<string, JsonValue> {
    const byName: Record<string, JsonValue> = {};
    for (const templateId in results) byName[this.definitions.get(templateId)!.template.name] = results[templateId]!;
    return byName;
  }

  private async resultsOf(taskId: string, stepName: string): Promise<JsonValue> {
    const results = await this.tasks.findResults(taskId, stepName);
    if (results !== undefined) return results;
    throw new UnknownStepResultsError(stepName, await this.tasks.finishedStepNames(taskId));
  }

  private logFor({ task, step, attempt }: StepRun): StepLogger {
    const where = `[task ${task.id} ${step.name} attempt ${attempt}]`;
    return {
      debug: (message) => this.logger.debug(`${where} ${message}`),
      info: (message) => this.logger.log(`${where} ${message}`),
      warn: (message) => this.logger.warn(`${where} ${message}`),
      error: (message) => this.logger.error(`${where} ${message}`),
    };
  }
}

/** Calls a handler so that what it throws before its first await arrives like any other rejection. */
async function call(process: () => unknown): Promise<unknown> {
  return await process();
}
