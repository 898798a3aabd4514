import { Mutation } from '@nestjs/graphql';
import { operatorOf, startedBy, startOptionsFor } from '../../auth/caller.js';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import type { StartedTask, StartTaskRequest } from '../../engine/tasks/task.request.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { given } from '../reading/given.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner } from './action.runner.js';
import { Input, type OperatorFields } from './mutation.input.js';
import type { StartPayload } from './mutation.payload.js';
import { MutationRunner, type MutationAnswer } from './mutation.runner.js';
import { StartTaskInput, type TaskRequestInput } from './start-task.input.js';
import {
  RerunTaskInput,
  RerunTaskPayload,
  StartTaskPayload,
  StartTasksInput,
  StartTasksPayload,
} from './start.types.js';

/** What is kept of a started task for a request that comes again. */
interface Started {
  readonly taskId: string;
  readonly created: boolean;
}

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
  async startTask(
    @Input(() => StartTaskInput) input: Readonly<StartTaskInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<StartPayload> {
    const { requestKey: _key, clientMutationId: _id, ...task } = input;
    const answer = await this.runner.run({ name: 'startTask', input, execution }, async (key) =>
      kept(await this.tasks.start(startedBy(execution.req, requestOf(task)), startOptionsFor(key))),
    );
    return this.payload(answer, execution);
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

  @Mutation(() => RerunTaskPayload, { description: 'Starts a finished or failed task again as a new one.' })
  @RequirePermission('tasker.task:create')
  async rerunTask(
    @Input(() => RerunTaskInput) input: Readonly<RerunTaskInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<StartPayload> {
    const answer = await this.runner.run({ name: 'rerunTask', input, execution }, async () => {
      const { taskId, from, context: replacement, version } = given(input);
      return kept(
        await this.tasks.rerun(taskId, {
          ...operatorOf(execution.req, given<OperatorFields>(input)),
          ...(from !== undefined && { from }),
          ...(replacement !== undefined && { context: replacement }),
          ...(version !== undefined && { version }),
        }),
      );
    });
    return this.payload(answer, execution);
  }

  private payload(answer: MutationAnswer<Started>, execution: Execution): StartPayload {
    const { taskId = null, created = false } = answer;
    return { ...answer, taskId, created, task: taskId === null ? null : this.actions.taskLater(execution, taskId) };
  }
}

/** GraphQL has checked the fields and their types; what values are allowed is the engine's to say. */
function requestOf(task: TaskRequestInput): StartTaskRequest {
  return given(task);
}

function kept({ id, created }: StartedTask): Started {
  return { taskId: id, created };
}
