import { Injectable } from '@nestjs/common';
import type { RequestKey } from '../../api/request.key.js';
import { operatorOf } from '../../auth/caller.js';
import type { ActionBy } from '../../engine/tasks/task.action.js';
import type { StartedTask } from '../../engine/tasks/task.request.js';
import { stepCalled, type StepDocument } from '../../insight/step.reader.js';
import type { TaskOutline } from '../../insight/task.reader.js';
import type { Execution } from '../graphql.execution.js';
import { given, type Given } from '../reading/given.js';
import { NestedReader } from '../reading/nested.reader.js';
import type { Deferral } from '../reading/tasker-field.decorator.js';
import type { MutationFields, OperatorFields, StepActionFields, TaskActionFields } from './mutation.input.js';
import type { StartPayload, StepActionPayload, TaskActionPayload } from './mutation.payload.js';
import { MutationRunner, type MutationCall } from './mutation.runner.js';

/** Acts on a task or a step, in the name of `by`. */
type Action<Input> = (input: Given<Input>, by: ActionBy) => Promise<{ readonly changed: boolean }>;

/** Carries out the actions of people on tasks and steps, and makes the payloads of their mutations. */
@Injectable()
export class ActionRunner {
  constructor(
    private readonly runner: MutationRunner,
    private readonly reader: NestedReader,
  ) {}

  async onTask<Input extends TaskActionFields>(
    call: MutationCall<Input>,
    action: Action<Input>,
  ): Promise<TaskActionPayload> {
    const { input, execution } = call;
    const answer = await this.runner.run(call, async () => {
      const { changed } = await action(given(input), operatorOf(execution.req, given<OperatorFields>(input)));
      return { changed };
    });
    const { taskId } = input;
    return { changed: false, ...answer, taskId, task: this.taskLater(execution, taskId) };
  }

  /** Starts a task. The payload contains the task. */
  async starting<Input extends MutationFields>(
    call: MutationCall<Input>,
    start: (input: Given<Input>, by: ActionBy, key: RequestKey | null) => Promise<StartedTask>,
  ): Promise<StartPayload> {
    const { input, execution } = call;
    const {
      taskId = null,
      created = false,
      ...answer
    } = await this.runner.run(call, async (key) =>
      kept(await start(given(input), operatorOf(execution.req, given<OperatorFields>(input)), key)),
    );
    return { ...answer, taskId, created, task: taskId === null ? null : this.taskLater(execution, taskId) };
  }

  async onStep<Input extends StepActionFields>(
    call: MutationCall<Input>,
    action: Action<Input>,
  ): Promise<StepActionPayload> {
    const { taskId, step } = call.input;
    const answer = await this.onTask(call, action);
    return Object.assign(answer, { step: this.stepLater(call.execution, taskId, step) });
  }

  /** Reads the task only if the caller requests it and may see it. */
  taskLater(execution: Execution, taskId: string): Deferral<TaskOutline> {
    return (permission) => this.reader.task(execution, taskId, permission);
  }

  private stepLater(execution: Execution, taskId: string, step: string): Deferral<StepDocument> {
    return async (permission) => {
      const steps = await this.reader.steps(execution, { taskId, step }, permission);
      return stepCalled(steps ?? [], step) ?? null;
    };
  }
}

/** The part of the answer that is stored for a repetition of the request. */
export function kept({ id, created }: StartedTask): { readonly taskId: string; readonly created: boolean } {
  return { taskId: id, created };
}
