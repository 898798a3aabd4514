import { Body, Delete, Get, HttpStatus, Inject, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { operatorOf } from '../auth/caller.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownTask, type Withholding } from '../auth/part.access.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import { ActionInput, type ActionResult } from '../engine/tasks/task.action.js';
import { startsOf } from '../auth/start.access.js';
import type { Scoped } from '../auth/scoped.js';
import type { StartedTask, StartTaskRequest } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import type { ListedTask } from '../insight/task.list.js';
import type { TaskPart, TaskParts } from '../insight/task.parts.js';
import { TaskReader, type TaskOutline } from '../insight/task.reader.js';
import { ChangeTaskBody, StartTasksInput, StartTaskInput } from '../api/inputs.js';
import { BodyPipe } from './body.pipe.js';
import { wantedRevision } from './entity.tag.js';
import { startOptionsOf } from './idempotency.key.js';
import { cursorsOf, linksOf, type PageCursors } from './page.links.js';
import { IfMatch } from './precondition.guard.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { RevisedAnswer } from './revised.answer.js';
import { listRequest, TASK_LIST_PARAMETERS, type TaskListQuery } from './task-list.query.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

const SHOW_PARAMETERS = { include: 'words' } as const;

export interface TaskListDocument {
  readonly tasks: readonly (ListedTask['task'] & Withholding)[];
  readonly page: PageCursors;
}

/** A task in full, and what else was asked for. */
export type TaskDocument = TaskOutline & Partial<TaskParts> & Withholding;

export interface StartedTaskListDocument {
  readonly tasks: readonly StartedTask[];
}

/** Starts, lists, shows and changes tasks. */
@TaskerController('tasks')
export class TasksController {
  constructor(
    private readonly tasks: TaskService,
    @Inject(TaskReader) private readonly reader: Scoped<TaskReader>,
    private readonly host: HttpAdapterHost,
    private readonly revised: RevisedAnswer,
  ) {}

  /** One page of the tasks that the query asks for, light unless it includes more. */
  @Get()
  @RequirePermission('tasker.task:index')
  async list(
    @Query(new QueryPipe(TASK_LIST_PARAMETERS)) query: TaskListQuery,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TaskListDocument> {
    const page = await this.reader.list(listRequest(query), grant.scope);
    const cursors = cursorsOf(page);
    const links = linksOf(targetOf(this.host.httpAdapter, request).query, cursors);
    if (links !== '') this.host.httpAdapter.setHeader(response, 'Link', links);
    return { tasks: await Promise.all(page.items.map(({ task }) => shownTask(task, grant))), page: cursors };
  }

  @Post()
  @RequirePermission('tasker.task:create')
  async start(
    @Body(new BodyPipe(StartTaskInput)) body: StartTaskRequest,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<StartedTask> {
    const [task] = await startsOf([body], grant);
    const started = await this.tasks.start(task!, startOptionsOf(request, grant));
    const { httpAdapter } = this.host;
    if (!started.created) httpAdapter.status(response, HttpStatus.OK);
    httpAdapter.setHeader(response, 'Location', referenceFrom(targetOf(httpAdapter, request).path, 0, started.id));
    return started;
  }

  /** Starts many tasks, all or none, and answers in the order of the requests. */
  @Post('batch')
  @RequirePermission('tasker.task:create')
  async startMany(
    @Body(new BodyPipe(StartTasksInput, { checksValues: true })) { tasks }: StartTasksInput,
    @Granted() grant: Grant,
    @Req() request: unknown,
  ): Promise<StartedTaskListDocument> {
    const requests = await startsOf(tasks, grant);
    return { tasks: await this.tasks.startMany(requests, startOptionsOf(request, grant)) };
  }

  @Get(':id')
  @RequirePermission('tasker.task:show')
  async show(
    @RowId('id') id: string,
    @Query(new QueryPipe(SHOW_PARAMETERS)) { include = [] }: QueryOf<typeof SHOW_PARAMETERS>,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TaskDocument | undefined> {
    const task = await this.reader.get(id, include as readonly TaskPart[], grant.scope);
    return this.revised.of(await shownTask(task, grant), request, response);
  }

  @Patch(':id')
  @IfMatch()
  @RequirePermission('tasker.task:update')
  async change(
    @RowId('id') id: string,
    @Body(new BodyPipe(ChangeTaskBody)) { actor, ...changes }: ChangeTaskBody,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TaskDocument | undefined> {
    const by = operatorOf(request, actor === undefined ? {} : { actor });
    const ifRevision = await wantedRevision(request, () => this.reader.get(id, [], grant.scope));
    await this.tasks.change(id, changes, ifRevision === undefined ? by : { ...by, ifRevision });
    const task = await this.reader.get(id, [], grant.scope);
    return this.revised.of(await shownTask(task, grant), request, response);
  }

  /** As `PATCH`: what is left out stays. */
  @Put(':id')
  @IfMatch()
  @RequirePermission('tasker.task:update')
  replace(
    @RowId('id') id: string,
    @Body(new BodyPipe(ChangeTaskBody)) body: ChangeTaskBody,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TaskDocument | undefined> {
    return this.change(id, body, grant, request, response);
  }

  /** Cancels the task, and deletes nothing. */
  @Delete(':id')
  @RequirePermission('tasker.task:cancel')
  remove(
    @RowId('id') id: string,
    @Body(new BodyPipe(ActionInput, { isOptional: true })) body: ActionInput,
    @Req() request: unknown,
  ): Promise<ActionResult> {
    return this.tasks.cancel(id, operatorOf(request, body));
  }
}
