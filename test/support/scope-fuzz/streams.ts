import { TaskService } from 'nestjs-tasker';
import { matches, type ChangeFilter } from '../../../lib/live/change.filter.js';
import type { Change } from '../../../lib/live/change.js';
import { listenTo } from '../event.listener.js';
import { eventually } from '../eventually.js';
import { socketClient } from '../graphql.sockets.js';
import { withoutAlias, type GraphqlRequest } from './graphql.requests.js';
import { OWN, type World } from './world.js';

/** What a listener was told so far. */
export interface Stream {
  readonly told: readonly unknown[];
  close(): Promise<void>;
}

/** The latest changes of a task that is run so that listeners can tell when they know everything before it. */
export type Fence = readonly Pick<Change, 'taskId' | 'namespace' | 'name' | 'version' | 'event' | 'step'>[];

const TEMPLATE = { namespace: OWN, name: 'refund', version: '1.0.0' };

export async function runFence({ host }: World): Promise<Fence> {
  const request = { ...TEMPLATE, initiator: 'pete', context: { course: 'completes', word: 'fence', amount: 1 } };
  const { id } = await host.app.get(TaskService).start(request);
  await host.kit.runUntilIdle();
  const of = { taskId: id, ...TEMPLATE };
  return [
    { ...of, event: 'task.completed', step: null },
    { ...of, event: 'step.completed', step: 'ship' },
  ];
}

/** The last change of the fence that a listener receives; undefined if it receives none. */
export function lastSeen(
  fence: Fence,
  filter: ChangeFilter,
  isOf: 'all' | 'tasks' | 'steps',
): Fence[number] | undefined {
  return fence.find(
    (change) => (isOf === 'all' || (isOf === 'tasks') === (change.step === null)) && matches(filter, change as Change),
  );
}

/** Waits for a change of the fence, or for a refusal. */
export async function waitFor(stream: Stream, { taskId, event, step }: Fence[number]): Promise<void> {
  const isIt = (update: unknown): boolean => {
    if (typeof update === 'string') return true;
    const { refused, data } = update as Update;
    if (refused || !data) return true;
    const [change] = 'taskId' in data ? [data] : (Object.values(data) as object[]);
    const told = Object.fromEntries(
      Object.entries(change!).map(([key, value]) => [withoutAlias(key), value as unknown]),
    );
    const isEvent = told.event === event || told.event === event.replace('.', '_');
    return isEvent && told.taskId === taskId && (step === null || step === (told.stepName ?? told.step));
  };
  await eventually(() => {
    if (!stream.told.some(isIt)) throw new Error(`A listener did not receive ${event} of task ${taskId}.`);
  });
}

/** Of server-sent events, or of a subscription, whose fields have aliases. */
interface Update {
  readonly data?: object | null;
  readonly refused?: unknown;
}

/** Where both histories end. */
export async function endOfHistory(world: World): Promise<string> {
  const [row] = await world.query<{ position: string }>(
    `select concat_ws('.', (select coalesce(max(id), 0) from tasker.task_transitions),
       (select coalesce(max(id), 0) from tasker.workflow_step_transitions)) as position`,
  );
  return row!.position;
}

/** Server-sent events. A refusal is told as such. */
export async function listen(world: World, path: string): Promise<Stream> {
  const told: unknown[] = [];
  const listener = await listenTo(`${world.url}/tasker${path}`, { user: 'pete', 'x-correlation-id': 'fuzz' }).catch(
    (error: unknown) => void told.push(String(error).replace(/^.*answered with/, '')),
  );
  void (async () => {
    for (let event = await listener?.next(); event; event = await listener?.next()) {
      if (event.event !== 'heartbeat') told.push(event); // comes when its time has come, whatever happens
    }
  })().catch(() => undefined); // it was closed
  return {
    told,
    close: () => {
      listener?.close();
      return Promise.resolve();
    },
  };
}

export async function subscribe(
  world: World,
  { query, variables }: Pick<GraphqlRequest, 'query' | 'variables'>,
): Promise<Stream> {
  const client = socketClient(world.host, undefined, { user: 'pete', 'x-correlation-id': 'fuzz' });
  const told: unknown[] = [];
  const updates = client.iterate({ query, variables });
  void (async () => {
    for await (const update of updates) told.push(update);
  })().catch((error: unknown) => void told.push({ refused: error }));
  // Subscribing is not acknowledged: whatever happens from here on is read from the position that it names.
  return Promise.resolve({ told, close: async () => client.dispose() });
}
