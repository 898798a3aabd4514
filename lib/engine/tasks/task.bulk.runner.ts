import { Injectable } from '@nestjs/common';
import type { ActionAnswer, Operator, OperatorGateway } from '../../persistence/operator.gateway.js';
import { TaskListGateway } from '../../persistence/task-list.gateway.js';
import { SensitiveDataService } from '../../protection/sensitive-data.service.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import { TaskerError } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import type { ActionBy } from './task.action.js';
import { MAX_BULK, type BulkAction, type BulkFilter, type BulkItem, type BulkReport } from './task.bulk.js';
import { TaskOperator } from './task.operator.js';

/** Applies an action to many tasks, each in its own transaction, so that a refusal affects only its task. */
@Injectable()
export class TaskBulkRunner {
  constructor(
    private readonly lists: TaskListGateway,
    private readonly operator: TaskOperator,
    private readonly sensitive: SensitiveDataService,
  ) {}

  async run(
    action: BulkAction,
    { afterId, limit = MAX_BULK, dataSubject, ...filter }: BulkFilter,
    by: ActionBy,
    scope: TaskScope | null,
  ): Promise<BulkReport> {
    const from = afterId === undefined ? null : { id: afterId, key: null };
    const order = { sort: 'createdAt', descending: false, backwards: false } as const;
    const about = dataSubject === undefined ? {} : { subjectHash: this.hashOf(dataSubject, action) };
    const found = await this.lists.find({ filter: { ...filter, ...about }, scope, from, ...order, limit });
    const items: BulkItem[] = [];
    for (const { id } of found.slice(0, limit)) items.push(await this.runOne(action, id, by));
    return { items, more: found.length > limit };
  }

  /** @throws InvalidActionError if the tasks of people cannot be found */
  private hashOf(dataSubject: string, action: BulkAction): string {
    const hash = this.sensitive.hashOf(dataSubject);
    if (hash !== null) return hash;
    const message = 'cannot be found: the option sensitiveData.subjectSecret is not set';
    throw new InvalidActionError(`${action} tasks`, [{ pointer: '/filter/dataSubject', message }]);
  }

  /** @throws errors other than refusals: if the database cannot be reached, all other tasks would fail, too */
  private async runOne(action: BulkAction, taskId: string, by: ActionBy): Promise<BulkItem> {
    try {
      const { changed } = await this.operator.act({ action, taskId }, by, (gateway, who) =>
        ACTIONS[action](gateway, taskId, who),
      );
      return { taskId, changed, error: null };
    } catch (error) {
      if (!(error instanceof TaskerError)) throw error;
      return { taskId, changed: false, error: { code: error.code, message: error.message } };
    }
  }
}

const ACTIONS: Readonly<
  Record<BulkAction, (gateway: OperatorGateway, taskId: string, who: Operator) => Promise<ActionAnswer>>
> = {
  cancel: (gateway, taskId, who) => gateway.call('cancel_task', who, taskId),
  retry: (gateway, taskId, who) => gateway.retrySteps(taskId, null, null, who),
  reset: (gateway, taskId, who) => gateway.resetSteps(taskId, null, who),
  resolve: (gateway, taskId, who) => gateway.call('resolve_task', who, taskId),
  hold: (gateway, taskId, who) => gateway.holdTask(taskId, true, who),
  release: (gateway, taskId, who) => gateway.holdTask(taskId, false, who),
  erase: (gateway, taskId, who) => gateway.call('erase_task', who, taskId),
};
