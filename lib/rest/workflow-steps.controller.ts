import { Inject, Param } from '@nestjs/common';
import { replaceStep } from '../api/change.operations.js';
import { getStep, getStepById, listSteps } from '../api/reading.operations.js';
import { changeRetryLimit } from '../api/step.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownStep, type Withholding } from '../auth/part.access.js';
import type { ChangeRetryLimitInput } from '../engine/tasks/task.action.js';
import type { Scoped } from '../auth/scoped.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { StepReader, type StepDocument } from '../insight/step.reader.js';
import { wantedRevision } from './entity.tag.js';
import { addRoute } from './operation.route.js';
import { Called, type RouteCall } from './route.call.js';
import { BodyOf, Route } from './route.decorator.js';
import { RowId, rowIdIn } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** A step. Fields that the user may not see are null, and `withheld` lists them. */
export type ShownStep = StepDocument & Withholding;

export interface StepListDocument {
  readonly steps: readonly ShownStep[];
}

const SHOWN = { answers: { 200: 'ShownStep', 304: null }, problems: [404] } as const;
const CHANGED = { answers: { 200: 'ShownStep' }, problems: [404, 409, 412] } as const;

/** The steps of a task, each by its name or id, or by its id alone. */
@TaskerController('Steps')
export class WorkflowStepsController {
  constructor(
    private readonly tasks: TaskService,
    @Inject(StepReader) private readonly steps: Scoped<StepReader>,
  ) {}

  @Route(listSteps, { answers: { 200: 'StepListDocument' }, problems: [404] })
  async list(@RowId('taskId') taskId: string, @Granted() grant: Grant): Promise<StepListDocument> {
    const steps = await this.steps.list(taskId, grant.scope);
    return { steps: await Promise.all(steps.map((step) => shownStep(step, grant))) };
  }

  @Route(getStep, SHOWN)
  async show(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Called() call: RouteCall,
  ): Promise<ShownStep | undefined> {
    const found = await this.steps.get(taskId, step, call.grant.scope);
    return call.revised(await shownStep(found, call.grant));
  }

  /** For clients that do not know the task. */
  @Route(getStepById, SHOWN)
  async showById(@RowId('id') id: string, @Called() call: RouteCall): Promise<ShownStep | undefined> {
    const step = await this.steps.getById(id, call.grant.scope);
    return call.revised(await shownStep(step, call.grant));
  }

  @Route(changeRetryLimit, CHANGED)
  async change(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @BodyOf(changeRetryLimit) body: ChangeRetryLimitInput,
    @Called() call: RouteCall,
  ): Promise<ShownStep | undefined> {
    const { request, grant } = call;
    const by = call.operator(body);
    const ifRevision = await wantedRevision(request, () => this.steps.get(taskId, step, grant.scope));
    await this.tasks.changeRetryLimit(
      taskId,
      step,
      body.retryLimit,
      ifRevision === undefined ? by : { ...by, ifRevision },
    );
    return this.show(taskId, step, call);
  }
}

/** The same as `PATCH`. */
addRoute(WorkflowStepsController, replaceStep, CHANGED, (controller, params, body, call) =>
  controller.change(rowIdIn(params, 'taskId'), params.id!, body as ChangeRetryLimitInput, call),
);
