import { startTask, startTasks } from '../../api/start.operations.js';
import { startOptionsFor, startsOf } from '../../api/start.access.js';
import type { StartTaskRequest } from '../../engine/tasks/task.request.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, grantIn, type Execution } from '../graphql.execution.js';
import { given, type Nullable } from '../reading/given.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner, kept } from './action.runner.js';
import { Input, type MutationFields } from './mutation.input.js';
import type { StartPayload } from './mutation.payload.js';
import { MutationRunner } from './mutation.runner.js';
import { OperationMutation } from './operation.mutation.js';
import { StartTaskInputType, StartTaskPayload, StartTasksInput, StartTasksPayload } from './start.types.js';

/** The mutations that start tasks. */
@TaskerResolver()
export class StartResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly runner: MutationRunner,
    private readonly actions: ActionRunner,
  ) {}

  @OperationMutation(() => StartTaskPayload, startTask)
  startTask(
    @Input(() => StartTaskInputType) input: Nullable<StartTaskRequest> & MutationFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StartPayload> {
    const { requestKey: _key, clientMutationId: _id, ...task } = input;
    return this.actions.starting({ name: startTask.id, input, execution }, async (_values, _by, key) => {
      const [start] = await startsOf([given(task)], grantIn(execution));
      return this.tasks.start(start!, startOptionsFor(grantIn(execution), key));
    });
  }

  @OperationMutation(() => StartTasksPayload, startTasks)
  async startTasks(
    @Input(() => StartTasksInput) input: Readonly<StartTasksInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<StartTasksPayload> {
    const { tasks = [], ...answer } = await this.runner.run({ name: startTasks.id, input, execution }, async (key) => {
      const starts = await startsOf(
        input.tasks.map((each) => given(each)),
        grantIn(execution),
      );
      return { tasks: (await this.tasks.startMany(starts, startOptionsFor(grantIn(execution), key))).map(kept) };
    });
    return {
      ...answer,
      tasks: tasks.map((started) => ({ ...started, task: this.actions.taskLater(execution, started.taskId) })),
    };
  }
}
