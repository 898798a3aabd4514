import { Body, Delete, Get, Param, Patch, Put, Req, Res } from '@nestjs/common';
import { operatorOf } from '../auth/caller.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { ActionInput, ChangeRetryLimitInput, type ActionResult } from '../engine/tasks/task.action.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { StepReader, type StepDocument } from '../insight/step.reader.js';
import { BodyPipe } from './body.pipe.js';
import { wantedRevision } from './entity.tag.js';
import { IfMatch } from './precondition.guard.js';
import { RevisedAnswer } from './revised.answer.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface StepListDocument {
  readonly steps: readonly StepDocument[];
}

/** The steps of a task, each by its name or id. */
@TaskerController('tasks/:taskId/workflow_steps')
export class WorkflowStepsController {
  constructor(
    private readonly tasks: TaskService,
    private readonly steps: StepReader,
    private readonly revised: RevisedAnswer,
  ) {}

  @Get()
  @RequirePermission('tasker.workflow_step:index')
  async list(@RowId('taskId') taskId: string): Promise<StepListDocument> {
    return { steps: await this.steps.list(taskId) };
  }

  @Get(':id')
  @RequirePermission('tasker.workflow_step:show')
  async show(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StepDocument | undefined> {
    return this.revised.of(await this.steps.get(taskId, step), request, response);
  }

  @Patch(':id')
  @IfMatch()
  @RequirePermission('tasker.workflow_step:update')
  async change(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Body(new BodyPipe(ChangeRetryLimitInput)) body: ChangeRetryLimitInput,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StepDocument | undefined> {
    const by = operatorOf(request, body);
    const ifRevision = await wantedRevision(request, () => this.steps.get(taskId, step));
    await this.tasks.changeRetryLimit(
      taskId,
      step,
      body.retryLimit,
      ifRevision === undefined ? by : { ...by, ifRevision },
    );
    return this.revised.of(await this.steps.get(taskId, step), request, response);
  }

  @Put(':id')
  @IfMatch()
  @RequirePermission('tasker.workflow_step:update')
  replace(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Body(new BodyPipe(ChangeRetryLimitInput)) body: ChangeRetryLimitInput,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StepDocument | undefined> {
    return this.change(taskId, step, body, request, response);
  }

  @Delete(':id')
  @RequirePermission('tasker.workflow_step:destroy')
  remove(
    @RowId('taskId') taskId: string,
    @Param('id') step: string,
    @Body(new BodyPipe(ActionInput, { isOptional: true })) body: ActionInput,
    @Req() request: unknown,
  ): Promise<ActionResult> {
    return this.tasks.cancelStep(taskId, step, operatorOf(request, body));
  }
}
