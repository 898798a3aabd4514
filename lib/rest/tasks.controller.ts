import { HttpStatus, Inject } from '@nestjs/common';
import { shownTask, type Withholding } from '../auth/part.access.js';
import { startsOf } from '../api/start.access.js';
import type { Scoped } from '../auth/scoped.js';
import type { StartedTask, StartTaskRequest } from '../engine/tasks/task.request.js';
import { TaskService } from '../engine/tasks/task.service.js';
import type { ListedTask } from '../insight/task.list.js';
import type { TaskPart, TaskParts } from '../insight/task.parts.js';
import { TaskReader, type TaskOutline } from '../insight/task.reader.js';
import type { ChangeTaskBody, StartTasksInput } from '../api/inputs.js';
import { changeTask, replaceTask } from '../api/change.operations.js';
import { getTask, listTasks } from '../api/reading.operations.js';
import { startTask, startTasks } from '../api/start.operations.js';
import { wantedRevision } from './entity.tag.js';
import { startOptionsOf } from './idempotency.key.js';
import { addRoute } from './operation.route.js';
import { cursorsOf, type PageCursors } from './page.links.js';
import { QueryBy, type QueryOf } from './query.pipe.js';
import { INCLUDE_QUERY, listRequest, TASK_LIST_QUERY, type ListQuery } from './task-list.query.js';
import { Called, type RouteCall } from './route.call.js';
import { BodyOf, Route } from './route.decorator.js';
import { RowId, rowIdIn } from './row-id.param.js';
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
  ) {}

  /** Without parts such as steps and context, unless the query includes them. */
  @Route(listTasks, { answers: { 200: 'TaskListDocument' }, problems: [422], isPaged: true })
  async list(@QueryBy(TASK_LIST_QUERY) query: ListQuery, @Called() call: RouteCall): Promise<TaskListDocument> {
    const { grant } = call;
    const page = await this.reader.list(listRequest(query), grant.scope);
    const cursors = cursorsOf(page);
    call.link(cursors);
    return { tasks: await Promise.all(page.items.map(({ task }) => shownTask(task, grant))), page: cursors };
  }

  /** The status is 200 if an equal request has started the task before. */
  @Route(startTask, {
    answers: { 201: 'StartedTask', 200: 'StartedTask' },
    problems: [404, 409],
    locates: true,
  })
  async start(@BodyOf(startTask) body: StartTaskRequest, @Called() call: RouteCall): Promise<StartedTask> {
    const { request, grant } = call;
    const [task] = await startsOf([body], grant);
    const started = await this.tasks.start(task!, startOptionsOf(request, grant));
    if (!started.created) call.status(HttpStatus.OK);
    call.locate(started);
    return started;
  }

  @Route(startTasks, { answers: { 201: 'StartedTaskListDocument' }, problems: [404, 409] })
  async startMany(
    @BodyOf(startTasks, { checksValues: true }) { tasks }: StartTasksInput,
    @Called() { request, grant }: RouteCall,
  ): Promise<StartedTaskListDocument> {
    const requests = await startsOf(tasks, grant);
    return { tasks: await this.tasks.startMany(requests, startOptionsOf(request, grant)) };
  }

  @Route(getTask, { answers: { 200: 'TaskDocument', 304: null }, problems: [404] })
  async show(
    @RowId('id') id: string,
    @QueryBy(INCLUDE_QUERY) { include = [] }: QueryOf<typeof INCLUDE_QUERY>,
    @Called() call: RouteCall,
  ): Promise<TaskDocument | undefined> {
    const task = await this.reader.get(id, include as readonly TaskPart[], call.grant.scope);
    return call.revised(await shownTask(task, call.grant));
  }

  @Route(changeTask, CHANGED)
  async change(
    @RowId('id') id: string,
    @BodyOf(changeTask) { actor, ...changes }: ChangeTaskBody,
    @Called() call: RouteCall,
  ): Promise<TaskDocument | undefined> {
    const { request, grant } = call;
    const by = call.operator(actor === undefined ? {} : { actor });
    const ifRevision = await wantedRevision(request, () => this.reader.get(id, [], grant.scope));
    await this.tasks.change(id, changes, ifRevision === undefined ? by : { ...by, ifRevision });
    const task = await this.reader.get(id, [], grant.scope);
    return call.revised(await shownTask(task, grant));
  }
}

/** The same as `PATCH`: omitted fields keep their values. */
addRoute(TasksController, replaceTask, CHANGED, (controller, params, body, call) =>
  controller.change(rowIdIn(params, 'id'), body, call),
);
