import { Headers, Inject, Req, Res } from '@nestjs/common';
import { CallerFeed } from '../api/caller.feed.js';
import { followChanges, followTask } from '../api/reading.operations.js';
import { Granted, type Grant } from '../auth/grant.js';
import type { Scoped } from '../auth/scoped.js';
import { TaskReader } from '../insight/task.reader.js';
import { ChangeFilterFields, type ChangeFilter } from '../live/change.filter.js';
import { ShuttingDownError } from '../live/live.errors.js';
import { EventStreamAnswer } from './event.stream.js';
import { QueryBy, queryOf, type QueryParameters } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { RowId } from './row-id.param.js';
import { TaskerController } from './tasker-controller.decorator.js';

const EVENT_QUERY: QueryParameters = {
  ...queryOf(ChangeFilterFields),
  after: {
    kind: 'text',
    description: 'The position after which to continue, for clients that cannot send `Last-Event-ID`.',
  },
};

/** The query parameters for the changes of one task. */
const { taskIds: _ids, namespace: _namespace, name: _name, version: _version, ...TASK_EVENT_QUERY } = EVENT_QUERY;

type EventQuery = ChangeFilter & { readonly after?: string };

const EVENTS = {
  schema: null,
  media: {
    'text/event-stream': {
      description:
        'Server-sent events. The first event is `ready`. Then each change is an event: its name is the `event` of ' +
        'the change, its data is the change, and its id is the `position` of the change. The data of `ready`, and of ' +
        '`heartbeat` every fifteen seconds, is `{"position"}`. The data of `end` is `{"code", "message"}`: the ' +
        'reason for which the user receives no more changes.',
      carries: 'ShownChange',
    },
  },
} as const;

interface Request {
  readonly method: string;
}

const LAST_EVENT_ID = 'last-event-id';

/** Sends changes when they are committed, as server-sent events. */
@TaskerController('Live', 'events')
export class EventsController {
  constructor(
    private readonly feed: CallerFeed,
    @Inject(TaskReader) private readonly tasks: Scoped<TaskReader>,
    private readonly answer: EventStreamAnswer,
  ) {}

  /** Sends the changes of all tasks that the query selects. */
  @Route(followChanges, { answers: { 200: EVENTS } })
  all(
    @QueryBy(EVENT_QUERY) { after, ...filter }: EventQuery,
    @Headers(LAST_EVENT_ID) lastEventId: string | undefined,
    @Granted() grant: Grant,
    @Req() request: Request,
    @Res() response: unknown,
  ): Promise<void> {
    return this.tell(filter, lastEventId ?? after, grant, request, response);
  }

  /** Sends the changes of a task and its steps. */
  @Route(followTask, { answers: { 200: EVENTS }, problems: [404] })
  async ofTask(
    @RowId('id') id: string,
    @QueryBy(TASK_EVENT_QUERY) { after, ...filter }: EventQuery,
    @Headers(LAST_EVENT_ID) lastEventId: string | undefined,
    @Granted() grant: Grant,
    @Req() request: Request,
    @Res() response: unknown,
  ): Promise<void> {
    await this.tasks.getParts(id, [], null, grant.scope);
    await this.tell({ ...filter, taskIds: [id] }, lastEventId ?? after, grant, request, response);
  }

  /** Answers GET and HEAD, because Nest calls the method of a GET for a HEAD, too. */
  private async tell(
    filter: ChangeFilter,
    after: string | undefined,
    grant: Grant,
    { method }: Request,
    response: unknown,
  ): Promise<void> {
    if (method === 'HEAD') {
      await this.feed.check(grant, filter, after);
      this.answer.sendHeaders(response);
      return;
    }
    try {
      const stream = await this.feed.follow(grant, filter, after, this.answer.leaving(response));
      await this.answer.send(stream.changes, response, (change) => stream.shown(change));
    } catch (error) {
      if (!(error instanceof ShuttingDownError)) throw error;
      this.answer.sendAway(response);
    }
  }
}
