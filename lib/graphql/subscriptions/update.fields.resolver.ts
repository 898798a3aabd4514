import { Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../../auth/own-route.decorator.js';
import type { StepDocument } from '../../insight/step.reader.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { Change } from '../../live/change.js';
import type { StepFailure } from '../../workflow/step-failure.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { NestedAccess } from '../reading/nested.access.js';
import { NestedReader } from '../reading/nested.reader.js';
import { PermittedField } from '../reading/tasker-field.decorator.js';
import { TaskType } from '../task.type.js';
import { StepFailureType, WorkflowStepType } from '../workflow-step.type.js';
import { StepUpdateType, TaskUpdateType } from './update.types.js';

const NOW = 'as it is when the update is sent: it may have changed again. Null if the task was removed.';

/** The task that changed. */
@Resolver(() => TaskUpdateType)
@OwnRoute('graphql')
export class TaskUpdateFieldsResolver {
  constructor(private readonly reader: NestedReader) {}

  @PermittedField(() => TaskType, 'tasker.task:index', { nullable: true, description: `The task, ${NOW}` })
  task(@Parent() { taskId }: Change, @CurrentExecution() execution: Execution): Promise<TaskOutline | null> {
    return this.reader.task(execution, taskId);
  }
}

@Resolver(() => StepUpdateType)
@OwnRoute('graphql')
export class StepUpdateFieldsResolver {
  constructor(
    private readonly reader: NestedReader,
    private readonly access: NestedAccess,
  ) {}

  @PermittedField(() => WorkflowStepType, 'tasker.workflow_step:index', {
    nullable: true,
    description: `The step, ${NOW}`,
  })
  async step(
    @Parent() { taskId, stepId }: StepUpdateType,
    @CurrentExecution() execution: Execution,
  ): Promise<StepDocument | null> {
    const steps = await this.reader.steps(execution, { taskId, id: stepId });
    return steps?.find(({ id }) => id === stepId) ?? null;
  }

  @PermittedField(() => StepFailureType, 'tasker.workflow_step:read_error', {
    nullable: true,
    description: 'The failure of the attempt.',
  })
  async error(
    @Parent() { taskId, stepId, stepName, error }: StepUpdateType,
    @CurrentExecution() execution: Execution,
  ): Promise<StepFailure | null> {
    return (await this.access.require(execution, { taskId, id: stepId, step: stepName })) ? error : null;
  }

  @PermittedField(() => TaskType, 'tasker.task:show', { nullable: true, description: `The task, ${NOW}` })
  task(@Parent() { taskId }: StepUpdateType, @CurrentExecution() execution: Execution): Promise<TaskOutline | null> {
    return this.reader.task(execution, taskId);
  }
}
