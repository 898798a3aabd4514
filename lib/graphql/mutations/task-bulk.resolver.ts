import { Mutation } from '@nestjs/graphql';
import { operatorOf } from '../../auth/caller.js';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import type { BulkAction } from '../../engine/tasks/task.bulk.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { given } from '../reading/given.js';
import { filterOf } from '../reading/task-filter.input.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { Input, type OperatorFields } from './mutation.input.js';
import { MutationRunner } from './mutation.runner.js';
import {
  CancelTasksInput,
  CancelTasksPayload,
  HoldTasksInput,
  HoldTasksPayload,
  ReleaseTasksInput,
  ReleaseTasksPayload,
  ResetTasksInput,
  ResetTasksPayload,
  ResolveTasksInput,
  ResolveTasksPayload,
  RetryTasksInput,
  RetryTasksPayload,
  type BulkInput,
  type BulkPayload,
} from './bulk.types.js';

type BulkFields = Readonly<BulkInput>;

/**
 * One thing done to all tasks of a filter, each for itself. A mutation for each, as each needs the permission of the same action
 * on one task.
 */
@TaskerResolver()
export class TaskBulkResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly runner: MutationRunner,
  ) {}

  @Mutation(() => CancelTasksPayload, { description: 'As cancelTask, for all tasks of a filter.' })
  @RequirePermission('tasker.task:cancel')
  cancelTasks(
    @Input(() => CancelTasksInput) input: BulkFields,
    @CurrentExecution() execution: Execution,
  ): Promise<BulkPayload> {
    return this.act('cancel', input, execution);
  }

  @Mutation(() => RetryTasksPayload, { description: 'As retryTask, for all tasks of a filter.' })
  @RequirePermission('tasker.task:retry')
  retryTasks(
    @Input(() => RetryTasksInput) input: BulkFields,
    @CurrentExecution() execution: Execution,
  ): Promise<BulkPayload> {
    return this.act('retry', input, execution);
  }

  @Mutation(() => ResetTasksPayload, { description: 'As resetTask, for all tasks of a filter.' })
  @RequirePermission('tasker.task:retry')
  resetTasks(
    @Input(() => ResetTasksInput) input: BulkFields,
    @CurrentExecution() execution: Execution,
  ): Promise<BulkPayload> {
    return this.act('reset', input, execution);
  }

  @Mutation(() => ResolveTasksPayload, { description: 'As resolveTask, for all tasks of a filter.' })
  @RequirePermission('tasker.task:update')
  resolveTasks(
    @Input(() => ResolveTasksInput) input: BulkFields,
    @CurrentExecution() execution: Execution,
  ): Promise<BulkPayload> {
    return this.act('resolve', input, execution);
  }

  @Mutation(() => HoldTasksPayload, { description: 'As holdTask, for all tasks of a filter.' })
  @RequirePermission('tasker.task:update')
  holdTasks(
    @Input(() => HoldTasksInput) input: BulkFields,
    @CurrentExecution() execution: Execution,
  ): Promise<BulkPayload> {
    return this.act('hold', input, execution);
  }

  @Mutation(() => ReleaseTasksPayload, { description: 'As releaseTask, for all tasks of a filter.' })
  @RequirePermission('tasker.task:update')
  releaseTasks(
    @Input(() => ReleaseTasksInput) input: BulkFields,
    @CurrentExecution() execution: Execution,
  ): Promise<BulkPayload> {
    return this.act('release', input, execution);
  }

  private async act(action: BulkAction, input: BulkFields, execution: Execution): Promise<BulkPayload> {
    const answer = await this.runner.run({ name: `${action}Tasks`, input, execution }, () => {
      return this.tasks.bulk(action, filterOf(input.filter), operatorOf(execution.req, given<OperatorFields>(input)));
    });
    return { items: [], more: false, ...answer };
  }
}
