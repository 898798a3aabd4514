import { HttpStatus, Inject, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { operatorOf } from '../auth/caller.js';
import { Granted, type Grant } from '../auth/grant.js';
import { shownTask, type Withholding } from '../auth/part.access.js';
import { referenceFrom, targetOf } from '../auth/request.target.js';
import type { ActionInput, ActionResult } from '../engine/tasks/task.action.js';
import { startsOf } from '../api/start.access.js';
import type { Scoped } from '../auth/scoped.js';
import type { StartedTask, StartTaskRequest } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import type { ListedTask } from '../insight/task.list.js';
import type { TaskPart, TaskParts } from '../insight/task.parts.js';
import { TaskReader, type TaskOutline } from '../insight/task.reader.js';
import type { ChangeTaskBody, StartTasksInput } from '../api/inputs.js';
import { changeTask, deleteTask, replaceTask } from '../api/change.operations.js';
import { getTask, listTasks } from '../api/reading.operations.js';
import { startTask, startTasks } from '../api/start.operations.js';
import { wantedRevision } from './entity.tag.js';
import { startOptionsOf } from './idempotency.key.js';
import { cursorsOf, linksOf, type PageCursors } from './page.links.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { RevisedAnswer } from './revised.answer.js';
import { INCLUDE_QUERY, listRequest, TASK_LIST_QUERY, type ListQuery } from './task-list.query.js';
import { BodyOf, Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

export interface TaskListDocument {
  readonly tasks: readonly (ListedTask['task'] & Withholding)[];
  readonly page: PageCursors;
}

/** A task, with the parts that the request includes. */
export type TaskDocument = TaskOutline & Partial<TaskParts> & Withholding;

export interface StartedTaskListDocument {
  readonly tasks: readonly StartedTask[];
}

const CHANGED = { answers: { 200: 'TaskDocument' }, problems: [404, 409, 412] } as const;

/** Starts, lists, shows and changes tasks. */
@TaskerController('Tasks')
export class TasksController {
  constructor(
    private readonly tasks: TaskService,
    @Inject(TaskReader) private readonly reader: Scoped<TaskReader>,
    private readonly host: HttpAdapterHost,
    private readonly revised: RevisedAnswer,
  ) {}

  /** Without parts such as steps and context, unless the query includes them. */
  @Route(listTasks, { answers: { 200: 'TaskListDocument' }, problems: [422], isPaged: true })
  async list(
    @QueryBy(TASK_LIST_QUERY) query: ListQuery,
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

  /** The status is 200 if an equal request has started the task before. */
  @Route(startTask, {
    answers: { 201: 'StartedTask', 200: 'StartedTask' },
    problems: [404, 409, 429],
    locates: true,
  })
  async start(
    @BodyOf(startTask) body: StartTaskRequest,
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

  @Route(startTasks, { answers: { 201: 'StartedTaskListDocument' }, problems: [404, 409, 429] })
  async startMany(
    @BodyOf(startTasks, { checksValues: true }) { tasks }: StartTasksInput,
    @Granted() grant: Grant,
    @Req() request: unknown,
  ): Promise<StartedTaskListDocument> {
    const requests = await startsOf(tasks, grant);
    return { tasks: await this.tasks.startMany(requests, startOptionsOf(request, grant)) };
  }

  @Route(getTask, { answers: { 200: 'TaskDocument', 304: null }, problems: [404] })
  async show(
    @RowId('id') id: string,
    @QueryBy(INCLUDE_QUERY) { include = [] }: QueryOf<typeof INCLUDE_QUERY>,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TaskDocument | undefined> {
    const task = await this.reader.get(id, include as readonly TaskPart[], grant.scope);
    return this.revised.of(await shownTask(task, grant), request, response);
  }

  @Route(changeTask, CHANGED)
  async change(
    @RowId('id') id: string,
    @BodyOf(changeTask) { actor, ...changes }: ChangeTaskBody,
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

  /** The same as `PATCH`: omitted fields keep their values. */
  @Route(replaceTask, CHANGED)
  replace(
    @RowId('id') id: string,
    @BodyOf(replaceTask) body: ChangeTaskBody,
    @Granted() grant: Grant,
    @Req() request: unknown,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TaskDocument | undefined> {
    return this.change(id, body, grant, request, response);
  }

  /** Cancels the task. Nothing is deleted. */
  @Route(deleteTask, { answers: { 200: 'ActionResult' }, problems: [404, 409] })
  remove(
    @RowId('id') id: string,
    @BodyOf(deleteTask) body: ActionInput,
    @Req() request: unknown,
  ): Promise<ActionResult> {
    return this.tasks.cancel(id, operatorOf(request, body));
  }
}
