import { Body, Delete, Get, Inject, Param, Patch, Put, Req, Res } from '@nestjs/common';
import { operatorOf } from '../auth/caller.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownStep, type Withholding } from '../auth/part.access.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { ActionInput, ChangeRetryLimitInput, type ActionResult } from '../engine/tasks/task.action.js';
import type { Scoped } from '../auth/scoped.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { StepReader, type StepDocument } from '../insight/step.reader.js';
import { BodyPipe } from './body.pipe.js';
import { wantedRevision } from './entity.tag.js';
import { IfMatch } from './precondition.guard.js';
import { RevisedAnswer } from './revised.answer.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** A step; parts that the user may not see are null, and named in `withheld`. */
export type ShownStep = StepDocument & Withholding;

export interface StepListDocument {
  readonly steps: readonly ShownStep[];
}

/** The steps of a task, each by its name or id. */
@TaskerController('tasks/:taskId/workflow_steps')
export class WorkflowStepsController {
  constructor(
    private readonly tasks: TaskService,
    @Inject(StepReader) private readonly steps: Scoped<StepReader>,
    private readonly revised: RevisedAnswer,
  ) {}

  @Get()
  @RequirePermission('tasker.workflow_step:index')
  async list(@RowId('taskId') taskId: string, @Granted() grant: Grant): Promise<StepListDocument> {
    const steps = await this.steps.list(taskId, grant.scope);
    return { steps: await Promise.all(steps.map((step) => shownStep(step, grant))) };
  }

  @Get(':id')
  @RequirePermission('tasker.workflow_step:show')
  async show(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<ShownStep | undefined> {
    const found = await this.steps.get(taskId, step, grant.scope);
    return this.revised.of(await shownStep(found, grant), request, response);
  }

  @Patch(':id')
  @IfMatch()
  @RequirePermission('tasker.workflow_step:update')
  async change(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Body(new BodyPipe(ChangeRetryLimitInput)) body: ChangeRetryLimitInput,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<ShownStep | undefined> {
    const by = operatorOf(request, body);
    const ifRevision = await wantedRevision(request, () => this.steps.get(taskId, step, grant.scope));
    await this.tasks.changeRetryLimit(
      taskId,
      step,
      body.retryLimit,
      ifRevision === undefined ? by : { ...by, ifRevision },
    );
    const found = await this.steps.get(taskId, step, grant.scope);
    return this.revised.of(await shownStep(found, grant), request, response);
  }

  @Put(':id')
  @IfMatch()
  @RequirePermission('tasker.workflow_step:update')
  replace(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Body(new BodyPipe(ChangeRetryLimitInput)) body: ChangeRetryLimitInput,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<ShownStep | undefined> {
    return this.change(taskId, step, body, grant, request, response);
  }

  @Delete(':id')
  @RequirePermission('tasker.workflow_step:cancel')
  remove(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Body(new BodyPipe(ActionInput, { isOptional: true })) body: ActionInput,
    @Req() request: unknown,
  ): Promise<ActionResult> {
    return this.tasks.cancelStep(taskId, step, operatorOf(request, body));
  }
}
