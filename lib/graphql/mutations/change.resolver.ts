import { Mutation } from '@nestjs/graphql';
import { operatorOf } from '../../auth/caller.js';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import { RecordService } from '../../engine/tasks/record.service.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { NestedAccess } from '../reading/nested.access.js';
import { TaskLoaders } from '../reading/task.loaders.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner } from './action.runner.js';
import { AnnotateTaskInput, AnnotateTaskPayload, ChangeTaskInput, ChangeTaskPayload } from './change.types.js';
import { Input } from './mutation.input.js';
import type { TaskActionPayload } from './mutation.payload.js';
import { MutationRunner } from './mutation.runner.js';

/** Changes what a task says of itself, and what is said of it. */
@TaskerResolver()
export class ChangeResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly records: RecordService,
    private readonly runner: MutationRunner,
    private readonly actions: ActionRunner,
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
  ) {}

  @Mutation(() => ChangeTaskPayload, {
    description: 'Changes the priority, the tags, the reason or the retention of a task.',
  })
  @RequirePermission('tasker.task:update')
  changeTask(
    @Input(() => ChangeTaskInput) input: Readonly<ChangeTaskInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.actions.onTask({ name: 'changeTask', input, execution }, (values) => {
      const { taskId, actor, ifRevision, requestKey: _key, clientMutationId: _id, ...changes } = values;
      // Here `reason` is that of the task, which is changed.
      const by = operatorOf(execution.req, actor === undefined ? {} : { actor });
      return this.tasks.change(
        taskId,
        { ...changes, ...(input.priority === null && { priority: null }) },
        { ...by, ...(ifRevision !== undefined && { ifRevision }) },
      );
    });
  }

  @Mutation(() => AnnotateTaskPayload, { description: 'Notes something about a task.' })
  @RequirePermission('tasker.task:update')
  async annotateTask(
    @Input(() => AnnotateTaskInput) input: Readonly<AnnotateTaskInput>,
    @CurrentExecution() execution: Execution,
  ): Promise<AnnotateTaskPayload> {
    const { taskId, type, annotation = null } = input;
    const { annotationId, ...answer } = await this.runner.run({ name: 'annotateTask', input, execution }, async () => ({
      annotationId: await this.records.annotate(taskId, type, annotation),
    }));
    return {
      ...answer,
      taskId,
      task: this.actions.taskLater(execution, taskId),
      annotation: async () => {
        if (!(await this.access.require(execution, { taskId }, 'tasker.task:show'))) return null;
        const all = await this.loaders.of(execution).part(taskId, 'annotations');
        return all?.find(({ id }) => id === annotationId) ?? null;
      },
    };
  }
}
