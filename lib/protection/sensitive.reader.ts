import { Injectable } from '@nestjs/common';
import type { Speaker } from '../persistence/database.js';
import { SensitiveValueGateway, type SensitiveValuesOfTask } from '../persistence/sensitive-value.gateway.js';
import { contextOf, resultsOf, SensitiveDataService } from './sensitive-data.service.js';
import type { TakenValue } from './taken.values.js';

/** The sensitive values of a task, decrypted. */
export interface SensitiveValues {
  /** Those of its context. */
  readonly context: readonly TakenValue[];
  /** Those of the results of steps, by the name of the step. */
  readonly results: ReadonlyMap<string, readonly TakenValue[]>;
}

/** A template of which tasks have sensitive values. */
export interface NamedTemplate {
  readonly namespace: string;
  readonly task: string;
}

export interface ClaimOfTask extends NamedTemplate {
  readonly id: string;
  readonly taskId: string;
}

const NONE: SensitiveValues = { context: [], results: new Map() };

/** Reads sensitive values for those who may see them: handlers, and code of the host. */
@Injectable()
export class SensitiveReader {
  constructor(
    private readonly gateway: SensitiveValueGateway,
    private readonly data: SensitiveDataService,
  ) {}

  /**
   * The values that each of these steps needs, by the id of its task, or the reason why they cannot be read: a key that is
   * missing for one task must not hold up the others.
   */
  async ofClaims(claims: readonly ClaimOfTask[]): Promise<ReadonlyMap<string, SensitiveValues | Error>> {
    const stored = await this.gateway.ofClaims(claims);
    const ofTasks = [...new Map(claims.map((claim) => [claim.taskId, claim])).values()];
    const read = ofTasks.map(async (claim): Promise<[string, SensitiveValues | Error]> => {
      const ofTask = stored.filter(({ taskId }) => taskId === claim.taskId);
      try {
        return [claim.taskId, await this.read(ofTask, claim)];
      } catch (error) {
        return [claim.taskId, error as Error];
      }
    });
    return new Map(await Promise.all(read));
  }

  /**
   * All values of a task.
   * @throws DataKeyUnavailableError, UnreadableSensitiveDataError
   */
  async ofTask(taskId: string, template: NamedTemplate, speaker?: Speaker): Promise<SensitiveValues> {
    return this.read(await this.gateway.ofTask(taskId, speaker), template);
  }

  private async read(stored: readonly SensitiveValuesOfTask[], of: NamedTemplate): Promise<SensitiveValues> {
    if (stored.length === 0) return NONE;
    const { namespace, task } = of;
    const read = await Promise.all(
      stored.map(async (values) => {
        const place = values.step ? resultsOf(namespace, task, values.step.name) : contextOf(namespace, task);
        return { step: values.step?.name, taken: await this.data.read(values, place) };
      }),
    );
    return {
      context: read.find(({ step }) => step === undefined)?.taken ?? [],
      results: new Map(read.flatMap(({ step, taken }) => (step === undefined ? [] : [[step, taken] as const]))),
    };
  }
}
