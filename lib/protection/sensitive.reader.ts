import { Injectable } from '@nestjs/common';
import type { Speaker } from '../persistence/database.js';
import { SensitiveValueGateway, type SensitiveValuesOfTask } from '../persistence/sensitive-value.gateway.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { contextOf, resultsOf, SensitiveDataService } from './sensitive-data.service.js';
import { putBack, type TakenValue } from './taken.values.js';

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

/** A task as it is stored. */
interface StoredTask {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly context: JsonObject;
  readonly steps?: readonly { readonly name: string; readonly results: JsonValue }[];
}

/** A complete task, and the sensitive values in it. */
export interface CompleteTask<Task> {
  readonly task: Task;
  readonly taken: readonly TakenValue[];
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
   * missing for one task must not hold up the others. Null for tasks that need more bytes than there may be.
   */
  async ofClaims(
    claims: readonly ClaimOfTask[],
    maxBytes: number,
  ): Promise<ReadonlyMap<string, SensitiveValues | Error | null>> {
    const { values, left } = await this.gateway.ofClaims(claims, maxBytes);
    const stored = new Map<string, SensitiveValuesOfTask[]>(claims.map(({ taskId }) => [taskId, []]));
    for (const each of values) stored.get(each.taskId)!.push(each);
    const ofTasks = new Map(claims.map((claim) => [claim.taskId, claim]));
    const read = [...ofTasks].map(async ([taskId, claim]): Promise<[string, SensitiveValues | Error | null]> => {
      if (left.has(taskId)) return [taskId, null];
      return [taskId, await this.read(stored.get(taskId)!, claim).catch((error: unknown) => error as Error)];
    });
    return new Map(await Promise.all(read));
  }

  /**
   * The values of the results of a step.
   * @throws DataKeyUnavailableError, UnreadableSensitiveDataError, AnswerTooLargeError
   */
  async ofResults(
    taskId: string,
    step: string,
    template: NamedTemplate,
    speaker?: Speaker,
  ): Promise<readonly TakenValue[]> {
    const { results } = await this.read(await this.gateway.ofTask(taskId, step, speaker), template);
    return results.get(step) ?? [];
  }

  /**
   * The values of the context of a task.
   * @throws DataKeyUnavailableError, UnreadableSensitiveDataError, AnswerTooLargeError
   */
  async ofContext(taskId: string, template: NamedTemplate, speaker?: Speaker): Promise<readonly TakenValue[]> {
    return (await this.read(await this.gateway.ofTask(taskId, '', speaker), template)).context;
  }

  /**
   * A task with its sensitive values, in its context and in the results of its steps if it has them, and these values.
   * @throws DataKeyUnavailableError, UnreadableSensitiveDataError, AnswerTooLargeError
   */
  async complete<Task extends StoredTask>(task: Task): Promise<CompleteTask<Task>> {
    const template = { namespace: task.namespace, task: task.name };
    const stored = await this.gateway.ofTask(task.id, task.steps ? null : '');
    const { context, results } = await this.read(stored, template);
    const revealed = { ...task, context: putBack(task.context, context) as JsonObject };
    const steps = task.steps?.map((step) => ({
      ...step,
      results: putBack(step.results, results.get(step.name) ?? []),
    }));
    return { task: steps ? { ...revealed, steps } : revealed, taken: [...context, ...[...results.values()].flat()] };
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
