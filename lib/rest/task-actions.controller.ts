import { Body, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { operatorOf } from '../auth/caller.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { ActionResult } from '../engine/tasks/task.action.js';
import type { StartedTask } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { ActionDto, RerunDto, RetryDto } from './action.dto.js';
import { BodyPipe } from './body.pipe.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

const anAction = new BodyPipe(ActionDto, true);

/** What a person does to a task. Done twice, each changes nothing the second time. */
@TaskerController('tasks/:id')
export class TaskActionsController {
  constructor(
    private readonly tasks: TaskService,
    private readonly host: HttpAdapterHost,
  ) {}

  @Post('cancel')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:cancel')
  cancel(@RowId('id') id: string, @Body(anAction) body: ActionDto, @Req() request: unknown): Promise<ActionResult> {
    return this.tasks.cancel(id, operatorOf(request, body));
  }

  @Post('retry')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:retry')
  retry(
    @RowId('id') id: string,
    @Body(new BodyPipe(RetryDto, true)) body: RetryDto,
    @Req() request: unknown,
  ): Promise<ActionResult> {
    const { attempts } = body;
    return this.tasks.retry(id, { ...operatorOf(request, body), ...(attempts !== undefined && { attempts }) });
  }

  @Post('reset')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:retry')
  reset(@RowId('id') id: string, @Body(anAction) body: ActionDto, @Req() request: unknown): Promise<ActionResult> {
    return this.tasks.reset(id, operatorOf(request, body));
  }

  @Post('resolve')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:update')
  resolve(@RowId('id') id: string, @Body(anAction) body: ActionDto, @Req() request: unknown): Promise<ActionResult> {
    return this.tasks.resolve(id, operatorOf(request, body));
  }

  @Post('hold')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:update')
  hold(@RowId('id') id: string, @Body(anAction) body: ActionDto, @Req() request: unknown): Promise<ActionResult> {
    return this.tasks.hold(id, operatorOf(request, body));
  }

  @Post('release')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:update')
  release(@RowId('id') id: string, @Body(anAction) body: ActionDto, @Req() request: unknown): Promise<ActionResult> {
    return this.tasks.release(id, operatorOf(request, body));
  }

  /** Starts it again as a new task, which is answered. */
  @Post('rerun')
  @RequirePermission('tasker.task:create')
  async rerun(
    @RowId('id') id: string,
    @Body(new BodyPipe(RerunDto, true)) body: RerunDto,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StartedTask> {
    const { from, context, version } = body;
    const started = await this.tasks.rerun(id, {
      ...operatorOf(request, body),
      ...(from !== undefined && { from }),
      ...(context !== undefined && { context }),
      ...(version !== undefined && { version }),
    });
    const { httpAdapter } = this.host;
    httpAdapter.setHeader(response, 'Location', referenceFrom(targetOf(httpAdapter, request).path, 2, started.id));
    return started;
  }
}
