import type { EntityManager } from 'typeorm';
import { NotTransactionalError } from '../../handlers/handler.errors.js';
import type { StepContext, StepContextTask, StepLogger } from '../../handlers/step-handler.contract.js';
import type { ClaimedStep } from '../../persistence/worker.gateway.js';
import { Scrubber } from '../../protection/error.scrubber.js';
import { longestFirst, secretsIn, type TakenValue } from '../../protection/taken.values.js';
import type { JsonObject, JsonValue } from '../../workflow/json.js';
import type { LoadedStepTemplate } from './step-template.cache.js';

/** The parts of the process that a run needs. */
export interface StepRunServices {
  readonly log: (run: StepRun) => StepLogger;
  readonly resultsOf: (run: StepRun, stepName: string) => Promise<JsonValue>;
}

/** A running attempt: the context that its handler receives, and the means to abort it. */
export class StepRun implements StepContext {
  readonly task: StepContextTask;
  readonly step: { readonly id: string; readonly name: string };
  readonly attempt: number;
  readonly retryLimit: number;
  readonly config: JsonObject;
  /** Whether the template of the task marks sensitive values. */
  readonly isSensitive: boolean;
  /** Set when the handler is called. */
  deadline!: Date;
  /** Set before a transactional handler is called. */
  transaction: EntityManager | undefined;
  /** The sensitive values that the handler has received. */
  private secrets: readonly string[];
  private scrubs: Scrubber | undefined;
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
    this.isSensitive = template.sensitive !== null;
    this.secrets = claimed.secrets ?? [];
  }

  get manager(): EntityManager {
    if (this.transaction) return this.transaction;
    throw new NotTransactionalError(this.step.name);
  }

  /** Removes sensitive values from errors and lines of the log. Made at first use: most handlers need none. */
  get scrubber(): Scrubber {
    return (this.scrubs ??= new Scrubber(this.secrets));
  }

  /** The handler receives these sensitive values, too. */
  learn(taken: readonly TakenValue[]): void {
    this.secrets = longestFirst([...this.secrets, ...secretsIn(taken)]);
    this.scrubs = undefined;
  }

  get idempotencyKey(): string {
    return `${this.task.id}:${this.step.name}`;
  }

  /** Made at first use: most handlers do not use it, and it would be the most expensive part of a small step. */
  get signal(): AbortSignal {
    return (this.controller ??= new AbortController()).signal;
  }

  get log(): StepLogger {
    return (this.logger ??= this.services.log(this));
  }

  /** A getter that returns a bound function, so that handlers may destructure the context. */
  get resultsOf(): StepContext['resultsOf'] {
    return async <T = JsonValue>(stepName: string) => (await this.services.resultsOf(this, stepName)) as T;
  }

  /** Aborts the signal, also if the handler reads it only later. */
  abort(reason: Error): void {
    (this.controller ??= new AbortController()).abort(reason);
  }
}
