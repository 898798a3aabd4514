import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Param,
  Post,
  Req,
  Res,
  UseFilters,
  UseGuards,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { TaskerGuard } from '../auth/tasker.guard.js';
import type { StartedTask, StartTaskRequest } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { TaskReader, type TaskDetails } from '../insight/task.reader.js';
import { BodyPipe } from './body.pipe.js';
import { ProblemFilter } from './problem.filter.js';
import { StartTaskDto } from './start-task.dto.js';

/** Starts and shows tasks. */
@Controller({ path: 'tasks', version: VERSION_NEUTRAL })
@UseFilters(ProblemFilter)
@UseGuards(TaskerGuard)
export class TasksController {
  constructor(
    private readonly tasks: TaskService,
    private readonly reader: TaskReader,
    private readonly host: HttpAdapterHost,
  ) {}

  @Post()
  @RequirePermission('tasker.task:create')
  async start(
    @Body(new BodyPipe(StartTaskDto)) body: StartTaskRequest,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StartedTask> {
    const started = await this.tasks.start(body);
    if (!started.created) this.host.httpAdapter.status(response, HttpStatus.OK);
    this.host.httpAdapter.setHeader(response, 'Location', `${this.pathOf(request)}/${started.id}`);
    return started;
  }

  @Get(':id')
  @RequirePermission('tasker.task:show')
  show(@Param('id') id: string): Promise<TaskDetails> {
    return this.reader.get(id);
  }

  private pathOf(request: unknown): string {
    return String(this.host.httpAdapter.getRequestUrl(request)).replace(/\/*(\?.*)?$/, '');
  }
}
