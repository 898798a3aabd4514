import { defineTask } from 'nestjs-tasker';
import { anonymous } from '../anonymous.js';
import { handler, require, type Scenario } from '../scenario.js';

const FOLLOWED = { namespace: 'events', name: 'followed', version: '1.0.0' };

interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** What is told of a task from its start to its end, and to who comes back with the id of an earlier event. */
export const events: Scenario = {
  templates: [
    defineTask(FOLLOWED)
      .step('one', { handler: 'events.step' })
      .step('two', { handler: 'events.step', dependsOn: ['one'] })
      .step('three', { handler: 'events.step', dependsOn: ['two'] }),
  ],
  handlers: [handler('events.step', ({ step }) => step.name)],
  observe: async (host) => {
    const live = await follow(`${host.url}/events?namespace=events`);
    const { value: ready } = await live.next();
    const { id } = await host.tasks.start(FOLLOWED);
    const all = await untilEnd(live);
    const second = all[1]!;
    const rest = await resumed(`${host.url}/events?namespace=events`, second.id);
    const ofTask = await resumed(`${host.url}/tasks/${id}/events`, second.id);
    for (const [what, again] of Object.entries({ rest, ofTask })) {
      const [expected, found] = [all.slice(2), again].map(withoutPositions);
      require(expected === found, `${what}: not what came after the second`, again);
    }
    return { first: ready?.event, all: all.map(({ event, data }) => [event, anonymous(data)]) };
  },
};

/** Where an event stands depends on what else is followed. */
function withoutPositions(events: readonly ServerSentEvent[]): string {
  return JSON.stringify(events.map(({ event, data }) => [event, { ...(data as object), position: null }]));
}

async function resumed(url: string, id: string): Promise<ServerSentEvent[]> {
  const again = await follow(url, { 'last-event-id': id });
  const { value: ready } = await again.next();
  require(ready?.event === 'ready', 'The first event is not "ready"', ready);
  return untilEnd(again);
}

async function untilEnd(stream: AsyncGenerator<ServerSentEvent, void>): Promise<ServerSentEvent[]> {
  const all: ServerSentEvent[] = [];
  for await (const each of stream) {
    all.push(each);
    if (each.event === 'task.completed') return all;
  }
  throw new Error(`The stream ended before the task: ${JSON.stringify(all.map(({ event }) => event))}`);
}

async function follow(
  url: string,
  headers: Record<string, string> = {},
): Promise<AsyncGenerator<ServerSentEvent, void>> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) });
  require(response.status === 200, `GET ${url} was answered with ${response.status}`);
  return eventsOf(response.body!.pipeThrough(new TextDecoderStream()));
}

/** Blocks without an event of the catalogue, such as heartbeats, are nothing to compare. */
async function* eventsOf(parts: AsyncIterable<string>): AsyncGenerator<ServerSentEvent, void> {
  let received = '';
  for await (const part of parts) {
    received += part;
    for (let end = received.indexOf('\n\n'); end >= 0; end = received.indexOf('\n\n')) {
      const lines = received.slice(0, end).split('\n');
      received = received.slice(end + 2);
      const { id, event, data } = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s, 2))) as Record<
        string,
        string
      >;
      if (event !== undefined && /^(ready|task\..*|step\..*)$/.test(event))
        yield { id: id!, event, data: JSON.parse(data!) };
    }
  }
}
