import { Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import type { StepDocument } from '../../insight/step.reader.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { StepFailure } from '../../workflow/step-failure.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { NestedAccess } from '../reading/nested.access.js';
import { TaskLoaders } from '../reading/task.loaders.js';
import { TaskerField } from '../reading/tasker-field.decorator.js';
import { StepFailureType } from '../step-failure.type.js';
import { TaskType } from '../task.type.js';
import { WorkflowStepType } from '../workflow-step.type.js';
import { StepUpdateType, TaskUpdateType } from './update.types.js';

const NOW = 'as it is when the update is sent: it may have changed again. Null if the task was removed.';

/** The task that changed. */
@Resolver(() => TaskUpdateType)
@OwnRoute('graphql')
export class TaskUpdateFieldsResolver {
  constructor(
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
  ) {}

  @TaskerField(() => TaskType, { nullable: true, description: `The task, ${NOW}` })
  @RequirePermission('tasker.task:index')
  async task(
    @Parent() { taskId }: TaskUpdateType,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskOutline | null> {
    const exists = await this.access.require(execution, { taskId });
    return exists ? this.loaders.of(execution).task(taskId) : null;
  }
}

@Resolver(() => StepUpdateType)
@OwnRoute('graphql')
export class StepUpdateFieldsResolver {
  constructor(
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
  ) {}

  @TaskerField(() => WorkflowStepType, { nullable: true, description: `The step, ${NOW}` })
  @RequirePermission('tasker.workflow_step:index')
  async step(
    @Parent() { taskId, stepId }: StepUpdateType,
    @CurrentExecution() execution: Execution,
  ): Promise<StepDocument | null> {
    const exists = await this.access.require(execution, { taskId, id: stepId });
    const steps = exists ? await this.loaders.of(execution).steps(taskId) : null;
    return steps?.find(({ id }) => id === stepId) ?? null;
  }

  @TaskerField(() => StepFailureType, {
    nullable: true,
    description: 'The failure of the attempt. Needs tasker.workflow_step:read_error.',
  })
  @RequirePermission('tasker.workflow_step:read_error')
  async error(
    @Parent() { taskId, stepId, stepName, error }: StepUpdateType,
    @CurrentExecution() execution: Execution,
  ): Promise<StepFailure | null> {
    return (await this.access.require(execution, { taskId, id: stepId, step: stepName })) ? error : null;
  }

  @TaskerField(() => TaskType, { nullable: true, description: `The task, ${NOW} Needs tasker.task:show.` })
  @RequirePermission('tasker.task:show')
  async task(
    @Parent() { taskId }: StepUpdateType,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskOutline | null> {
    const exists = await this.access.require(execution, { taskId });
    return exists ? this.loaders.of(execution).task(taskId) : null;
  }
}
