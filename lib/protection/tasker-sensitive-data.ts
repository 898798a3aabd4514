import { Injectable } from '@nestjs/common';
import { SensitiveValueGateway } from '../persistence/sensitive-value.gateway.js';
import { TaskDetailGateway } from '../persistence/task-detail.gateway.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { MissingSubjectSecretError } from './protection.errors.js';
import { SensitiveDataService } from './sensitive-data.service.js';
import { SensitiveReader } from './sensitive.reader.js';

const MOST_TASKS = 1_000;

/** The complete documents of a task, with their sensitive values. */
export interface RevealedTask {
  readonly taskId: string;
  readonly context: JsonObject;
  /** By the name of the step; null for a step without results. */
  readonly results: Readonly<Record<string, JsonValue>>;
}

/**
 * For code of the host that has to see sensitive values, such as the answer to a person who asks what is stored about
 * them. Nothing of it is checked or noted: the caller decides who may see what.
 */
@Injectable()
export class TaskerSensitiveData {
  constructor(
    private readonly data: SensitiveDataService,
    private readonly reader: SensitiveReader,
    private readonly details: TaskDetailGateway,
    private readonly values: SensitiveValueGateway,
  ) {}

  /**
   * The ids of the tasks about a person, at most 1,000, in ascending order; see `sensitive_data.subject` of templates.
   * @param afterId only higher ids, to continue where an earlier call ended
   * @throws MissingSubjectSecretError
   */
  async tasksOf(subject: string, afterId = '0'): Promise<readonly string[]> {
    const hash = this.data.hashOf(subject);
    if (hash === null) throw new MissingSubjectSecretError();
    return this.values.tasksOf(hash, afterId, MOST_TASKS);
  }

  /**
   * The documents of a task; null if there is no such task.
   * @throws DataKeyUnavailableError, UnreadableSensitiveDataError, AnswerTooLargeError
   */
  async reveal(taskId: string): Promise<RevealedTask | null> {
    const stored = await this.details.findWhole(taskId, ['context', 'steps']);
    if (!stored) return null;
    const { task } = await this.reader.complete(stored);
    return {
      taskId,
      context: task.context,
      results: Object.fromEntries(task.steps.map(({ name, results }) => [name, results])),
    };
  }
}
