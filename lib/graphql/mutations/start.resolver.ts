import { Mutation } from '@nestjs/graphql';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import { startOptionsFor, startsOf } from '../../auth/start.access.js';
import type { StartTaskRequest } from '../../engine/tasks/task.request.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, grantIn, type Execution } from '../graphql.execution.js';
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
    return this.actions.starting({ name: 'startTask', input, execution }, async (_values, _by, key) => {
      const [start] = await startsOf([requestOf(task)], grantIn(execution));
      return this.tasks.start(start!, startOptionsFor(grantIn(execution), key));
    });
  }

  @Mutation(() => StartTasksPayload, { description: 'Starts many tasks, all or none.' })
  @RequirePermission('tasker.task:create')
  async startTasks(
    @Input(() => StartTasksInput) input: Readonly<StartTasksInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<StartTasksPayload> {
    const { tasks = [], ...answer } = await this.runner.run({ name: 'startTasks', input, execution }, async (key) => {
      const starts = await startsOf(input.tasks.map(requestOf), grantIn(execution));
      return { tasks: (await this.tasks.startMany(starts, startOptionsFor(grantIn(execution), key))).map(kept) };
    });
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
