import { Mutation } from '@nestjs/graphql';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner } from './action.runner.js';
import { Input, type TaskActionFields } from './mutation.input.js';
import type { TaskActionPayload } from './mutation.payload.js';
import {
  CancelTaskInput,
  CancelTaskPayload,
  HoldTaskInput,
  HoldTaskPayload,
  ReleaseTaskInput,
  ReleaseTaskPayload,
  ResetTaskInput,
  ResetTaskPayload,
  ResolveTaskInput,
  ResolveTaskPayload,
  RetryTaskInput,
  RetryTaskPayload,
} from './task-action.types.js';

/** What a person does to a task. Done twice, each changes nothing the second time. */
@TaskerResolver()
export class TaskActionsResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly runner: ActionRunner,
  ) {}

  @Mutation(() => CancelTaskPayload, { description: 'Cancels everything of a task that is unfinished.' })
  @RequirePermission('tasker.task:cancel')
  cancelTask(
    @Input(() => CancelTaskInput) input: TaskActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.runner.onTask({ name: 'cancelTask', input, execution }, ({ taskId }, by) =>
      this.tasks.cancel(taskId, by),
    );
  }

  @Mutation(() => RetryTaskPayload, {
    description: 'Lets every failed step of a task run again at once, with more attempts.',
  })
  @RequirePermission('tasker.task:retry')
  retryTask(
    @Input(() => RetryTaskInput) input: RetryFields,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.runner.onTask({ name: 'retryTask', input, execution }, ({ taskId, attempts }, by) =>
      this.tasks.retry(taskId, { ...by, ...(attempts !== undefined && { attempts }) }),
    );
  }

  @Mutation(() => ResetTaskPayload, {
    description: 'Lets every failed step of a task run again as if it had never run.',
  })
  @RequirePermission('tasker.task:retry')
  resetTask(
    @Input(() => ResetTaskInput) input: TaskActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.runner.onTask({ name: 'resetTask', input, execution }, ({ taskId }, by) =>
      this.tasks.reset(taskId, by),
    );
  }

  @Mutation(() => ResolveTaskPayload, { description: 'Declares a failed task settled as it is.' })
  @RequirePermission('tasker.task:update')
  resolveTask(
    @Input(() => ResolveTaskInput) input: TaskActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.runner.onTask({ name: 'resolveTask', input, execution }, ({ taskId }, by) =>
      this.tasks.resolve(taskId, by),
    );
  }

  @Mutation(() => HoldTaskPayload, {
    description: 'Begins no more steps of a task until it is released; what runs finishes.',
  })
  @RequirePermission('tasker.task:update')
  holdTask(
    @Input(() => HoldTaskInput) input: TaskActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.runner.onTask({ name: 'holdTask', input, execution }, ({ taskId }, by) => this.tasks.hold(taskId, by));
  }

  @Mutation(() => ReleaseTaskPayload, { description: 'Ends the hold of a task.' })
  @RequirePermission('tasker.task:update')
  releaseTask(
    @Input(() => ReleaseTaskInput) input: TaskActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.runner.onTask({ name: 'releaseTask', input, execution }, ({ taskId }, by) =>
      this.tasks.release(taskId, by),
    );
  }
}

type RetryFields = Readonly<RetryTaskInput>;
