import { Mutation } from '@nestjs/graphql';
import { RequirePermission } from '../../auth/require-permission.decorator.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner } from './action.runner.js';
import { Input, type StepActionFields } from './mutation.input.js';
import type { StepActionPayload } from './mutation.payload.js';
import {
  CancelStepInput,
  CancelStepPayload,
  ChangeRetryLimitInput,
  ChangeRetryLimitPayload,
  ResetStepInput,
  ResetStepPayload,
  ResolveStepInput,
  ResolveStepPayload,
  RetryStepInput,
  RetryStepPayload,
  SkipStepInput,
  SkipStepPayload,
} from './step-action.types.js';

/** What a person does to one step of a task. Done twice, each changes nothing the second time. */
@TaskerResolver()
export class StepActionsResolver {
  constructor(
    private readonly tasks: TaskService,
    private readonly runner: ActionRunner,
  ) {}

  @Mutation(() => CancelStepPayload, { description: 'Cancels a step and all that depends on it; the rest goes on.' })
  @RequirePermission('tasker.workflow_step:cancel')
  cancelStep(
    @Input(() => CancelStepInput) input: StepActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StepActionPayload> {
    return this.runner.onStep({ name: 'cancelStep', input, execution }, ({ taskId, step }, by) =>
      this.tasks.cancelStep(taskId, step, by),
    );
  }

  @Mutation(() => RetryStepPayload, {
    description: 'Lets a failed step, or one that waits for its next attempt, run again at once.',
  })
  @RequirePermission('tasker.workflow_step:retry')
  retryStep(
    @Input(() => RetryStepInput) input: RetryFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StepActionPayload> {
    return this.runner.onStep({ name: 'retryStep', input, execution }, ({ taskId, step, attempts }, by) =>
      this.tasks.retryStep(taskId, step, { ...by, ...(attempts !== undefined && { attempts }) }),
    );
  }

  @Mutation(() => ResetStepPayload, { description: 'Lets a failed step run again as if it had never run.' })
  @RequirePermission('tasker.workflow_step:retry')
  resetStep(
    @Input(() => ResetStepInput) input: StepActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StepActionPayload> {
    return this.runner.onStep({ name: 'resetStep', input, execution }, ({ taskId, step }, by) =>
      this.tasks.resetStep(taskId, step, by),
    );
  }

  @Mutation(() => ResolveStepPayload, {
    description: 'Declares a step done that waits or failed, with results for those that depend on it.',
  })
  @RequirePermission('tasker.workflow_step:update')
  resolveStep(
    @Input(() => ResolveStepInput) input: ResolveFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StepActionPayload> {
    return this.runner.onStep({ name: 'resolveStep', input, execution }, ({ taskId, step, results }, by) =>
      this.tasks.resolveStep(taskId, step, { ...by, ...(results !== undefined && { results }) }),
    );
  }

  @Mutation(() => SkipStepPayload, { description: 'Passes over a step that its template calls skippable.' })
  @RequirePermission('tasker.workflow_step:update')
  skipStep(
    @Input(() => SkipStepInput) input: StepActionFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StepActionPayload> {
    return this.runner.onStep({ name: 'skipStep', input, execution }, ({ taskId, step }, by) =>
      this.tasks.skipStep(taskId, step, by),
    );
  }

  @Mutation(() => ChangeRetryLimitPayload, { description: 'Changes how many attempts a step has in all.' })
  @RequirePermission('tasker.workflow_step:update')
  changeRetryLimit(
    @Input(() => ChangeRetryLimitInput) input: ChangeFields,
    @CurrentExecution() execution: Execution,
  ): Promise<StepActionPayload> {
    return this.runner.onStep(
      { name: 'changeRetryLimit', input, execution },
      ({ taskId, step, retryLimit, ifRevision }, by) =>
        this.tasks.changeRetryLimit(taskId, step, retryLimit, {
          ...by,
          ...(ifRevision !== undefined && { ifRevision }),
        }),
    );
  }
}

type RetryFields = Readonly<RetryStepInput>;
type ResolveFields = Readonly<ResolveStepInput>;
type ChangeFields = Readonly<ChangeRetryLimitInput>;
