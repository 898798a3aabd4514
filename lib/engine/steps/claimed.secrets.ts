import { Inject, Injectable } from '@nestjs/common';
import { StandingFaults } from '../../background/standing.faults.js';
import { TASKER_OPTIONS } from '../../options/options.module.js';
import type { ResolvedOptions } from '../../options/resolve.options.js';
import type { ClaimedStep, ParentResults } from '../../persistence/worker.gateway.js';
import { SensitiveReader, type SensitiveValues } from '../../protection/sensitive.reader.js';
import { putBack, secretsIn } from '../../protection/taken.values.js';
import type { JsonObject } from '../../workflow/json.js';
import { StepTemplateCache } from './step-template.cache.js';

/** Another process may have run a step that this one could not. */
const FORGET_MS = 30_000;
const UNREADABLE = 'Sensitive values of steps cannot be read; the steps are handed back and will be retried.';

/** The claimed steps with their sensitive values. */
export interface ReadClaims {
  readonly steps: readonly ClaimedStep[];
  /** The ids of those whose values could not be read. */
  readonly unreadable: readonly string[];
  /** The ids of those whose values are too large to be read together with those of the others. */
  readonly left: readonly string[];
}

/** Puts the sensitive values back into the contexts and results that claimed steps receive. */
@Injectable()
export class ClaimedSecrets {
  /** When the values of these tasks could not be read. */
  private readonly troubled = new Map<string, number>();

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: Pick<ResolvedOptions, 'worker'>,
    private readonly reader: SensitiveReader,
    private readonly definitions: StepTemplateCache,
    private readonly faults: StandingFaults,
  ) {}

  /** The templates of the steps are loaded. Does not throw: steps whose values are unreadable are named. */
  async addTo(claimed: readonly ClaimedStep[]): Promise<ReadClaims> {
    const sensitive = claimed.flatMap(({ id, taskId, templateId }) => {
      const template = this.definitions.get(templateId)?.template;
      return template?.sensitive ? [{ id, taskId, namespace: template.namespace, task: template.task }] : [];
    });
    if (sensitive.length === 0) {
      this.review();
      return { steps: claimed, unreadable: [], left: [] };
    }
    const read = await this.reader
      .ofClaims(sensitive, this.options.worker.maxClaimBytes)
      .catch((error: unknown) => new Map(sensitive.map(({ taskId }) => [taskId, error as Error])));
    const ids = new Set(sensitive.map(({ id }) => id));
    const [unreadable, left]: [string[], string[]] = [[], []];
    for (const { taskId } of sensitive) this.troubled.delete(taskId);
    const steps = claimed.map((step) => {
      if (!ids.has(step.id)) return step;
      const values = read.get(step.taskId) as SensitiveValues | Error | null;
      if (values === null) left.push(step.id);
      else if (values instanceof Error) this.note(step, values, unreadable);
      else return this.complete(step, values);
      return step;
    });
    this.review();
    return { steps, unreadable, left };
  }

  private note({ id, taskId }: ClaimedStep, error: Error, unreadable: string[]): void {
    this.troubled.set(taskId, performance.now());
    this.faults.report('sensitive_data', UNREADABLE, error);
    unreadable.push(id);
  }

  /** Ends the fault unless there are tasks whose values are unreadable, although those of others are not. */
  review(): void {
    const now = performance.now();
    for (const [taskId, at] of this.troubled) if (now - at > FORGET_MS) this.troubled.delete(taskId);
    if (this.troubled.size === 0) this.faults.clear('sensitive_data');
  }

  private complete(step: ClaimedStep, values: SensitiveValues): ClaimedStep {
    const ofParents = step.results.map(([templateId]) => {
      const parent = this.definitions.get(templateId)?.template.name;
      return (parent === undefined ? undefined : values.results.get(parent)) ?? [];
    });
    return {
      ...step,
      context: putBack(step.context, values.context) as JsonObject,
      results: step.results.map(([id, results], at): ParentResults => [id, putBack(results, ofParents[at]!)]),
      secrets: secretsIn([...values.context, ...ofParents.flat()]),
    };
  }
}
