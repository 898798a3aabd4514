import { Mutation } from '@nestjs/graphql';
import { startedBy, startOptionsFor } from '../../auth/caller.js';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import type { StartTaskRequest } from '../../engine/tasks/task.request.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { given } from '../reading/given.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner, kept } from './action.runner.js';
import { Input } from './mutation.input.js';
import type { StartPayload } from './mutation.payload.js';
import { MutationRunner } from './mutation.runner.js';
import { StartTaskInput, type TaskRequestInput } from './start-task.input.js';
import { StartTaskPayload, StartTasksInput, StartTasksPayload } from './start.types.js';

/** Starts tasks. */
@TaskerResolver()
export class StartResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly runner: MutationRunner,
    private readonly actions: ActionRunner,
  ) {}

  @Mutation(() => StartTaskPayload, { description: 'Starts a task.' })
  @RequirePermission('tasker.task:create')
  startTask(
    @Input(() => StartTaskInput) input: Readonly<StartTaskInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<StartPayload> {
    const { requestKey: _key, clientMutationId: _id, ...task } = input;
    return this.actions.starting({ name: 'startTask', input, execution }, (_values, _by, key) =>
      this.tasks.start(startedBy(execution.req, requestOf(task)), startOptionsFor(key)),
    );
  }

  @Mutation(() => StartTasksPayload, { description: 'Starts many tasks, all or none.' })
  @RequirePermission('tasker.task:create')
  async startTasks(
    @Input(() => StartTasksInput) input: Readonly<StartTasksInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<StartTasksPayload> {
    const requests = input.tasks.map((task) => startedBy(execution.req, requestOf(task)));
    const { tasks = [], ...answer } = await this.runner.run({ name: 'startTasks', input, execution }, async (key) => ({
      tasks: (await this.tasks.startMany(requests, startOptionsFor(key))).map(kept),
    }));
    return {
      ...answer,
      tasks: tasks.map((started) => ({ ...started, task: this.actions.taskLater(execution, started.taskId) })),
    };
  }
}

/** GraphQL has checked the fields and their types; what values are allowed is the engine's to say. */
function requestOf(task: TaskRequestInput): StartTaskRequest {
  return given(task);
}
