import type { EntityManager } from 'typeorm';
import { NotTransactionalError } from '../../handlers/handler.errors.js';
import type { StepContext, StepContextTask, StepLogger } from '../../handlers/step-handler.contract.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import type { JsonObject, JsonValue } from '../../workflow/json.js';
import type { LoadedStepTemplate } from './step-template.cache.js';

/** The parts of the process that a run needs. */
export interface StepRunServices {
  readonly log: (run: StepRun) => StepLogger;
  readonly resultsOf: (taskId: string, stepName: string, manager?: EntityManager) => Promise<JsonValue>;
}

/** One attempt while it runs: the context its handler sees, and the switch that aborts it. */
export class StepRun implements StepContext {
  readonly task: StepContextTask;
  readonly step: { readonly id: string; readonly name: string };
  readonly attempt: number;
  readonly retryLimit: number;
  readonly config: JsonObject;
  /** Set when the handler is called. */
  deadline!: Date;
  /** Set before a transactional handler is called. */
  transaction: EntityManager | undefined;
  private controller: AbortController | undefined;
  private logger: StepLogger | undefined;

  constructor(
    claimed: ClaimedStep,
    { template, config }: LoadedStepTemplate,
    readonly results: Readonly<Record<string, JsonValue>>,
    private readonly services: StepRunServices,
  ) {
    this.task = {
      id: claimed.taskId,
      namespace: template.namespace,
      name: template.task,
      version: template.version,
      context: claimed.context,
      initiator: claimed.initiator,
      sourceSystem: claimed.sourceSystem,
      reason: claimed.reason,
      tags: claimed.tags,
      requestedAt: new Date(claimed.requestedAt),
    };
    this.step = { id: claimed.id, name: template.name };
    this.attempt = claimed.attempt;
    this.retryLimit = claimed.retryLimit;
    this.config = config;
  }

  get manager(): EntityManager {
    if (this.transaction) return this.transaction;
    throw new NotTransactionalError(this.step.name);
  }

  get idempotencyKey(): string {
    return `${this.task.id}:${this.step.name}`;
  }

  /** Made when first asked for: most handlers never look, and making it is the dearest part of a small step. */
  get signal(): AbortSignal {
    return (this.controller ??= new AbortController()).signal;
  }

  get log(): StepLogger {
    return (this.logger ??= this.services.log(this));
  }

  /** A getter, so that a handler may take it out of the context by destructuring. */
  get resultsOf(): StepContext['resultsOf'] {
    return async <T = JsonValue>(stepName: string) =>
      (await this.services.resultsOf(this.task.id, stepName, this.transaction)) as T;
  }

  /** Fires the signal, also for a handler that looks at it only afterwards. */
  abort(reason: Error): void {
    (this.controller ??= new AbortController()).abort(reason);
  }
}
