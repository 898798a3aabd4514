import { Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { Granted, type Grant } from '../auth/grant.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { Scoped } from '../auth/scoped.js';
import { TaskReader } from '../insight/task.reader.js';
import { ChangeFeed } from '../live/change.feed.js';
import type { ChangeFilter } from '../live/change.filter.js';
import { ShuttingDownError } from '../live/live.errors.js';
import { EventStreamAnswer } from './event.stream.js';
import { QueryPipe, type QueryOf } from './query.pipe.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

/** What the changes of one task can be asked by. */
export const TASK_EVENT_PARAMETERS = { events: 'words', steps: 'texts', after: 'text' } as const;

export const EVENT_PARAMETERS = {
  taskIds: 'words',
  namespace: 'text',
  name: 'text',
  version: 'text',
  ...TASK_EVENT_PARAMETERS,
} as const;

interface Request {
  readonly method: string;
}

const LAST_EVENT_ID = 'last-event-id';

/** Tells of changes as they are committed, as server-sent events. */
@TaskerController('', 'events')
export class EventsController {
  constructor(
    @Inject(ChangeFeed) private readonly feed: Scoped<ChangeFeed>,
    @Inject(TaskReader) private readonly tasks: Scoped<TaskReader>,
    private readonly answer: EventStreamAnswer,
  ) {}

  /** The changes of all tasks that the query asks for. */
  @Get('events')
  @RequirePermission('tasker.task:index')
  all(
    @Query(new QueryPipe(EVENT_PARAMETERS)) { after, ...filter }: QueryOf<typeof EVENT_PARAMETERS>,
    @Headers(LAST_EVENT_ID) lastEventId: string | undefined,
    @Granted() grant: Grant,
    @Req() request: Request,
    @Res() response: unknown,
  ): Promise<void> {
    return this.tell(filter as ChangeFilter, lastEventId ?? after, grant, request, response);
  }

  /** The changes of a task and its steps. */
  @Get('tasks/:id/events')
  @RequirePermission('tasker.task:show')
  async ofTask(
    @RowId('id') id: string,
    @Query(new QueryPipe(TASK_EVENT_PARAMETERS)) { after, ...filter }: QueryOf<typeof TASK_EVENT_PARAMETERS>,
    @Headers(LAST_EVENT_ID) lastEventId: string | undefined,
    @Granted() grant: Grant,
    @Req() request: Request,
    @Res() response: unknown,
  ): Promise<void> {
    await this.tasks.getParts(id, [], null, grant.scope);
    await this.tell({ ...(filter as ChangeFilter), taskIds: [id] }, lastEventId ?? after, grant, request, response);
  }

  /** Nest calls the method of a GET for a HEAD, too. */
  private async tell(
    filter: ChangeFilter,
    after: string | undefined,
    { scope }: Grant,
    { method }: Request,
    response: unknown,
  ): Promise<void> {
    if (method === 'HEAD') {
      await this.feed.check(filter, after, scope);
      this.answer.sendHeaders(response);
      return;
    }
    try {
      const stream = await this.feed.follow(filter, after, this.answer.leaving(response), scope);
      await this.answer.send(stream, response);
    } catch (error) {
      if (!(error instanceof ShuttingDownError)) throw error;
      this.answer.sendAway(response);
    }
  }
}
