import { Injectable } from '@nestjs/common';
import type { ActionAnswer, Operator, OperatorGateway } from '../../persistence/operator.gateway.js';
import { MAX_FILTERED, TaskFilterGateway, type TaskFilter } from '../../persistence/task-filter.gateway.js';
import { TaskerError } from '../../workflow/tasker.error.js';
import type { ActionBy } from './task.action.js';
import type { BulkAction, BulkItem, BulkReport } from './task.bulk.js';
import { TaskOperator } from './task.operator.js';

/** Does one thing to many tasks, each in a transaction of its own: one that refuses keeps no other from it. */
@Injectable()
export class TaskBulkRunner {
  constructor(
    private readonly filters: TaskFilterGateway,
    private readonly operator: TaskOperator,
  ) {}

  async run(action: BulkAction, filter: TaskFilter, by: ActionBy): Promise<BulkReport> {
    const limit = filter.limit ?? MAX_FILTERED;
    const found = await this.filters.findIds(filter);
    const items: BulkItem[] = [];
    for (const taskId of found.slice(0, limit)) items.push(await this.runOne(action, taskId, by));
    return { items, more: found.length > limit };
  }

  /** @throws what is no refusal: with the database gone, the rest would fail as well */
  private async runOne(action: BulkAction, taskId: string, by: ActionBy): Promise<BulkItem> {
    try {
      const { changed } = await this.operator.act(by, (gateway, who) => ACTIONS[action](gateway, taskId, who));
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
  cancel: (gateway, taskId, who) => gateway.cancelTask(taskId, who),
  retry: (gateway, taskId, who) => gateway.retrySteps(taskId, null, null, who),
  reset: (gateway, taskId, who) => gateway.resetSteps(taskId, null, who),
  resolve: (gateway, taskId, who) => gateway.resolveTask(taskId, who),
  hold: (gateway, taskId, who) => gateway.holdTask(taskId, true, who),
  release: (gateway, taskId, who) => gateway.holdTask(taskId, false, who),
};
