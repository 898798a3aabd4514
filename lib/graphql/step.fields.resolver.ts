import { ID, Int, Parent, Resolver } from '@nestjs/graphql';
import { OwnRoute } from '../auth/own-route.decorator.js';
import { NeedsNoPermission, RequirePermission } from '../auth/require-permission.decorator.js';
import type { StepDocument } from '../insight/step.reader.js';
import type { StepErrorDetails, TaskOutline } from '../insight/task.reader.js';
import type { JsonValue } from '../workflow/json.js';
import { CurrentExecution, type Execution } from './graphql.execution.js';
import { StepBudget } from './limits/step.budget.js';
import { NestedAccess } from './reading/nested.access.js';
import { TaskerJsonField } from './json.field.js';
import { TaskerField } from './reading/tasker-field.decorator.js';
import { TaskLoaders } from './reading/task.loaders.js';
import { TaskType } from './task.type.js';
import { StepErrorType, WorkflowStepType } from './workflow-step.type.js';

/** The results, the error, the neighbours and the task of a step. */
@Resolver(() => WorkflowStepType)
@OwnRoute('graphql')
export class StepFieldsResolver {
  constructor(
    private readonly loaders: TaskLoaders,
    private readonly access: NestedAccess,
    private readonly budget: StepBudget,
  ) {}

  @TaskerJsonField({ nullable: true, description: 'The results of the step. Needs tasker.workflow_step:read_results.' })
  @RequirePermission('tasker.workflow_step:read_results')
  async results(
    @Parent() { taskId, id, name, results }: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<JsonValue> {
    return (await this.access.require(execution, { taskId, id, step: name })) ? results : null;
  }

  @TaskerField(() => StepErrorType, {
    nullable: true,
    description:
      'The failure of the latest failed attempt; null once a later attempt succeeded. Needs tasker.workflow_step:read_error.',
  })
  @RequirePermission('tasker.workflow_step:read_error')
  async error(
    @Parent() { taskId, id, name, error }: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<StepErrorDetails | null> {
    return (await this.access.require(execution, { taskId, id, step: name })) ? error : null;
  }

  @TaskerField(() => [WorkflowStepType], { description: 'The steps that this step depends on.' })
  @RequirePermission('tasker.workflow_step:index')
  parents(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<readonly StepDocument[]> {
    return this.called(step.dependsOn, step, execution);
  }

  @TaskerField(() => [WorkflowStepType], { description: 'The steps that depend on this step.' })
  @RequirePermission('tasker.workflow_step:index')
  children(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<readonly StepDocument[]> {
    return this.called(step.dependents, step, execution);
  }

  @TaskerField(() => [WorkflowStepType], { description: 'The other steps that depend on exactly the same steps.' })
  @RequirePermission('tasker.workflow_step:index')
  siblings(@Parent() step: StepDocument, @CurrentExecution() execution: Execution): Promise<readonly StepDocument[]> {
    return this.called(step.siblings, step, execution);
  }

  @TaskerField(() => [ID])
  @RequirePermission('tasker.workflow_step:index')
  async parentStepIds(
    @Parent() step: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly string[]> {
    return (await this.called(step.dependsOn, step, execution)).map(({ id }) => id);
  }

  @TaskerField(() => [ID])
  @RequirePermission('tasker.workflow_step:index')
  async childStepIds(
    @Parent() step: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<readonly string[]> {
    return (await this.called(step.dependents, step, execution)).map(({ id }) => id);
  }

  @TaskerField(() => Int)
  @NeedsNoPermission()
  parentCount(@Parent() { dependsOn }: StepDocument): number {
    return dependsOn.length;
  }

  @TaskerField(() => Int)
  @NeedsNoPermission()
  childCount(@Parent() { dependents }: StepDocument): number {
    return dependents.length;
  }

  @TaskerField(() => Boolean, { description: 'Whether the step depends on no other step.' })
  @NeedsNoPermission()
  isRootStep(@Parent() { dependsOn }: StepDocument): boolean {
    return dependsOn.length === 0;
  }

  @TaskerField(() => Boolean, { description: 'Whether no other step depends on the step.' })
  @NeedsNoPermission()
  isLeafStep(@Parent() { dependents }: StepDocument): boolean {
    return dependents.length === 0;
  }

  @TaskerField(() => TaskType, { nullable: true, description: 'The task of the step. Needs tasker.task:show.' })
  @RequirePermission('tasker.task:show')
  async task(
    @Parent() { taskId }: StepDocument,
    @CurrentExecution() execution: Execution,
  ): Promise<TaskOutline | null> {
    const exists = await this.access.require(execution, { taskId });
    return exists ? this.loaders.of(execution).task(taskId) : null;
  }

  /** The steps with these names, of the same task. A user who may see one step may not see the others. */
  private async called(
    names: readonly string[],
    { taskId }: StepDocument,
    execution: Execution,
  ): Promise<readonly StepDocument[]> {
    if (!(await this.access.require(execution, { taskId }))) return [];
    this.budget.spend(execution, names.length);
    const steps = (await this.loaders.of(execution).steps(taskId)) ?? [];
    const byName = new Map(steps.map((step) => [step.name, step]));
    return names.flatMap((name) => byName.get(name) ?? []);
  }
}
