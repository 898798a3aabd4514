import { annotateTask, changeTask } from '../../api/change.operations.js';
import type { AnnotateInput, ChangeTaskBody } from '../../api/inputs.js';
import { operatorOf } from '../../auth/caller.js';
import { RecordService } from '../../engine/tasks/record.service.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import type { Nullable } from '../reading/given.js';
import { NestedReader } from '../reading/nested.reader.js';
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
    private readonly reader: NestedReader,
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
    const call = { name: annotateTask.id, input, execution };
    const { annotationId, ...answer } = await this.runner.run(call, async () => ({
      annotationId: await this.records.annotate(taskId, type, annotation),
    }));
    return {
      ...answer,
      taskId,
      task: this.actions.taskLater(execution, taskId),
      annotation: async (permission) => {
        const all = await this.reader.part(execution, taskId, 'annotations', permission);
        return all?.find(({ id }) => id === annotationId) ?? null;
      },
    };
  }
}
