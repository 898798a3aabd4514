import { Injectable } from '@nestjs/common';
import { TaskDetailGateway } from '../persistence/task-detail.gateway.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { MissingSubjectSecretError } from './protection.errors.js';
import { SensitiveDataService } from './sensitive-data.service.js';
import { SensitiveReader } from './sensitive.reader.js';
import { putBack } from './taken.values.js';

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
  ) {}

  /**
   * The ids of the tasks about a person, in ascending order; see `sensitive_data.subject` of templates.
   * @throws MissingSubjectSecretError
   */
  async tasksOf(subject: string): Promise<readonly string[]> {
    const found = await this.data.tasksOf(subject);
    if (found === null) throw new MissingSubjectSecretError();
    return found;
  }

  /**
   * The documents of a task; null if there is no such task.
   * @throws DataKeyUnavailableError, UnreadableSensitiveDataError, AnswerTooLargeError
   */
  async reveal(taskId: string): Promise<RevealedTask | null> {
    const task = await this.details.findWhole(taskId, ['context', 'steps']);
    if (!task) return null;
    const values = await this.reader.ofTask(taskId, { namespace: task.namespace, task: task.name });
    return {
      taskId,
      context: putBack(task.context, values.context) as JsonObject,
      results: Object.fromEntries(
        task.steps.map(({ name, results }) => [name, putBack(results, values.results.get(name) ?? [])]),
      ),
    };
  }
}
