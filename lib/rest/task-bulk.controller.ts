import { Body, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import { operatorOf } from '../auth/caller.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { BulkAction, BulkReport } from '../engine/tasks/task.bulk.js';
import { TaskService } from '../engine/tasks/task.service.js';
import { BulkDto } from './action.dto.js';
import { BodyPipe } from './body.pipe.js';
import { TaskerController } from './tasker-controller.decorator.js';

const aBulk = new BodyPipe(BulkDto);

/**
 * One thing done to all tasks of a filter, each for itself; answers what became of each. A route for each, as each needs the
 * permission of the same action on one task.
 */
@TaskerController('bulk/tasks')
export class TaskBulkController {
  constructor(private readonly tasks: TaskService) {}

  @Post('cancel')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:cancel')
  cancel(@Body(aBulk) body: BulkDto, @Req() request: unknown): Promise<BulkReport> {
    return this.act('cancel', body, request);
  }

  @Post('retry')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:retry')
  retry(@Body(aBulk) body: BulkDto, @Req() request: unknown): Promise<BulkReport> {
    return this.act('retry', body, request);
  }

  @Post('reset')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:retry')
  reset(@Body(aBulk) body: BulkDto, @Req() request: unknown): Promise<BulkReport> {
    return this.act('reset', body, request);
  }

  @Post('resolve')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:update')
  resolve(@Body(aBulk) body: BulkDto, @Req() request: unknown): Promise<BulkReport> {
    return this.act('resolve', body, request);
  }

  @Post('hold')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:update')
  hold(@Body(aBulk) body: BulkDto, @Req() request: unknown): Promise<BulkReport> {
    return this.act('hold', body, request);
  }

  @Post('release')
  @HttpCode(HttpStatus.OK)
  @RequirePermission('tasker.task:update')
  release(@Body(aBulk) body: BulkDto, @Req() request: unknown): Promise<BulkReport> {
    return this.act('release', body, request);
  }

  private act(action: BulkAction, body: BulkDto, request: unknown): Promise<BulkReport> {
    return this.tasks.bulk(action, body.filter, operatorOf(request, body));
  }
}
