import { annotateTask, changeTask } from '../../api/change.operations.js';
import type { AnnotateInput, ChangeTaskBody } from '../../api/inputs.js';
import { operatorOf } from '../../auth/caller.js';
import { RecordService } from '../../engine/tasks/record.service.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import type { Nullable } from '../reading/given.js';
import { NestedAccess } from '../reading/nested.access.js';
import { TaskLoaders } from '../reading/task.loaders.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner } from './action.runner.js';
import { AnnotateTaskInputType, AnnotateTaskPayload, ChangeTaskInputType, ChangeTaskPayload } from './change.types.js';
import { Input, type TaskFields } from './mutation.input.js';
import type { TaskActionPayload } from './mutation.payload.js';
import { MutationRunner } from './mutation.runner.js';
import { OperationMutation } from './operation.mutation.js';

type Changes = Nullable<ChangeTaskBody & { readonly ifRevision?: string }> & TaskFields;

/** The mutations that change the fields of a task or add an annotation. */
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

  @OperationMutation(() => ChangeTaskPayload, changeTask)
  changeTask(
    @Input(() => ChangeTaskInputType) input: Changes,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskActionPayload> {
    return this.actions.onTask({ name: changeTask.id, input, execution }, (values) => {
      const { taskId, actor, ifRevision, requestKey: _key, clientMutationId: _id, ...changes } = values;
      // Here `reason` is a field of the task to change, not the reason of the action.
      const by = operatorOf(execution.req, actor === undefined ? {} : { actor });
      return this.tasks.change(
        taskId,
        { ...changes, ...(input.priority === null && { priority: null }) },
        { ...by, ...(ifRevision !== undefined && { ifRevision }) },
      );
    });
  }

  @OperationMutation(() => AnnotateTaskPayload, annotateTask)
  async annotateTask(
    @Input(() => AnnotateTaskInputType) input: Nullable<AnnotateInput> & TaskFields,
    @CurrentExecution() execution: Execution,
  ): Promise<AnnotateTaskPayload> {
    const { taskId, type, annotation = null } = input;
    const { annotationId, ...answer } = await this.runner.run(
      { name: annotateTask.id, input, execution },
      async () => ({
        annotationId: await this.records.annotate(taskId, type, annotation),
      }),
    );
    return {
      ...answer,
      taskId,
      task: this.actions.taskLater(execution, taskId),
      annotation: async (permission) => {
        if (!(await this.access.require(execution, { taskId }, permission))) return null;
        const all = await this.loaders.of(execution).part(taskId, 'annotations');
        return all?.find(({ id }) => id === annotationId) ?? null;
      },
    };
  }
}
