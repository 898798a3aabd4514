import { ID, Int, Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../auth/own-route.decorator.js';
import type { StepDocument } from '../insight/step.reader.js';
import type { StepErrorDetails, TaskOutline } from '../insight/task.reader.js';
import type { JsonValue } from '../workflow/json.js';
import { CurrentExecution, type Execution } from './graphql.execution.js';
import { StepBudget } from './limits/step.budget.js';
import { NestedAccess } from './reading/nested.access.js';
import { NestedReader } from './reading/nested.reader.js';
import { PermittedJsonField } from './json.field.js';
import { PermittedField } from './reading/tasker-field.decorator.js';
import { TaskType } from './task.type.js';
import { StepErrorType, WorkflowStepType } from './workflow-step.type.js';

/** The results, the error, the neighbours and the task of a step. */
@Resolver(() => WorkflowStepType)
@OwnRoute('graphql')
export class StepFieldsResolver {
  constructor(
    private readonly reader: NestedReader,
    private readonly access: NestedAccess,
    private readonly budget: StepBudget,
  ) {}

  @PermittedJsonField('tasker.workflow_step:read_results', 'The results of the step.')
  async results(
    @Parent() { taskId, id, name, results }: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<JsonValue> {
    return (await this.access.require(execution, { taskId, id, step: name })) ? results : null;
  }

  @PermittedField(() => StepErrorType, 'tasker.workflow_step:read_error', {
    nullable: true,
    description: 'The failure of the latest failed attempt; null once a later attempt succeeded.',
  })
  async error(
    @Parent() { taskId, id, name, error }: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<StepErrorDetails | null> {
    return (await this.access.require(execution, { taskId, id, step: name })) ? error : null;
  }

  @PermittedField(() => [WorkflowStepType], 'tasker.workflow_step:index', {
    description: 'The steps that this step depends on.',
  })
  parents(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<readonly StepDocument[]> {
    return this.called(step.dependsOn, step, execution);
  }

  @PermittedField(() => [WorkflowStepType], 'tasker.workflow_step:index', {
    description: 'The steps that depend on this step.',
  })
  children(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<readonly StepDocument[]> {
    return this.called(step.dependents, step, execution);
  }

  @PermittedField(() => [WorkflowStepType], 'tasker.workflow_step:index', {
    description: 'The other steps that depend on exactly the same steps.',
  })
  siblings(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<readonly StepDocument[]> {
    return this.called(step.siblings, step, execution);
  }

  @PermittedField(() => [ID], 'tasker.workflow_step:index', { description: 'The ids of `parents`.' })
  async parentStepIds(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<string[]> {
    return (await this.parents(step, execution)).map(({ id }) => id);
  }

  @PermittedField(() => [ID], 'tasker.workflow_step:index', { description: 'The ids of `children`.' })
  async childStepIds(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<string[]> {
    return (await this.children(step, execution)).map(({ id }) => id);
  }

  @PermittedField(() => Int, null)
  parentCount(@Parent() { dependsOn }: StepDocument): number {
    return dependsOn.length;
  }

  @PermittedField(() => Int, null)
  childCount(@Parent() { dependents }: StepDocument): number {
    return dependents.length;
  }

  @PermittedField(() => Boolean, null, { description: 'Whether the step depends on no other step.' })
  isRootStep(@Parent() { dependsOn }: StepDocument): boolean {
    return dependsOn.length === 0;
  }

  @PermittedField(() => Boolean, null, { description: 'Whether no other step depends on the step.' })
  isLeafStep(@Parent() { dependents }: StepDocument): boolean {
    return dependents.length === 0;
  }

  @PermittedField(() => TaskType, 'tasker.task:show', { nullable: true, description: 'The task of the step.' })
  task(@Parent() { taskId }: StepDocument, @CurrentExecution() execution: Execution): Promise<TaskOutline | null> {
    return this.reader.task(execution, taskId);
  }

  /** The steps with these names, of the same task. A user who may see one step may not see the others. */
  private async called(
    names: readonly string[],
    { taskId }: StepDocument,
    execution: Execution,
  ): Promise<readonly StepDocument[]> {
    const steps = await this.reader.steps(execution, { taskId });
    if (!steps) return [];
    this.budget.spend(execution, names.length);
    const byName = new Map(steps.map((step) => [step.name, step]));
    return names.flatMap((name) => byName.get(name) ?? []);
  }
}
