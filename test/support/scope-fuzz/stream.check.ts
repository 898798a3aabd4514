import { expect } from '@jest/globals';
import type { ChangeEvent } from '../../../lib/live/change.js';
import type { ChangeFilter } from '../../../lib/live/change.filter.js';
import { foreignIn, secretsIn, valueOf } from './answers.js';
import type { ForeignAct } from './foreign.acts.js';
import type { ScopeFuzz } from './fuzz.js';
import { withoutAlias } from './graphql.requests.js';
import type { StreamRequest } from './moves.js';
import { endOfHistory, lastSeen, listen, runFence, subscribe, waitFor, type Fence, type Stream } from './streams.js';
import type { World } from './world.js';

/** Follows changes in both worlds while the user without a scope does something in the mixed one, and compares what was told. */
export async function followBoth(fuzz: ScopeFuzz, asked: StreamRequest, act: ForeignAct): Promise<void> {
  const { mixed, alone, twins, pools } = fuzz;
  const worlds = [mixed, alone];
  const ends = await Promise.all(worlds.map(endOfHistory));
  pools.endOfHistory[0] = [ends[0]!, ends[1]!];
  const requests = worlds.map((world) => fuzz.in(world, asked) as StreamRequest);
  const streams = await Promise.all(worlds.map((world, place) => open(requests[place]!, world)));
  const guards = await Promise.all(worlds.map((world, place) => listen(world, `/events?after=${ends[place]!}`)));
  try {
    await fuzz.foreign.act(act);
    const fences = await Promise.all(worlds.map(runFence));
    await Promise.all(guards.map((guard, place) => waitFor(guard, fences[place]![0]!)));
    const isTold = await Promise.all(
      streams.map((stream, place) => waitForEnd(requests[place]!, stream, fences[place]!)),
    );
    await twins.refresh();
    const said = JSON.stringify(requests[0]);
    const told = [...streams, ...guards].map((stream) => [...stream.told]);
    for (const each of [told[0]!, told[2]!]) {
      expect({ said, secrets: secretsIn({ status: 0, headers: {}, body: each }, said) }).toEqual({ said, secrets: [] });
      expect({ said, foreign: foreignIn(each, said, twins) }).toEqual({ said, foreign: [] });
    }
    const seen = (place: number, world: World): unknown => withoutStates(valueOf('', told[place], world, twins));
    expect({ said, told: seen(2, mixed) }).toEqual({ said, told: seen(3, alone) });
    if (isTold[0]) expect({ said, told: seen(0, mixed) }).toEqual({ said, told: seen(1, alone) });
    fuzz.count(asked, isTold[0]!);
  } finally {
    await Promise.all([...streams, ...guards].map((stream) => stream.close()));
  }
}

function open(asked: StreamRequest, world: World): Promise<Stream> {
  if (asked.face === 'subscription') return subscribe(world, asked);
  const query = new URLSearchParams({ after: String(asked.after) });
  for (const [name, value] of Object.entries(asked.filter)) {
    if (name === 'steps') for (const step of value as string[]) query.append(name, step);
    else query.append(name, String(value));
  }
  const path = asked.task === null ? '/events' : `/tasks/${String(asked.task)}/events`;
  return listen(world, `${path}?${query.toString()}`);
}

/** False: the filter leaves out whatever would say that the stream has told everything. */
async function waitForEnd(asked: StreamRequest, stream: Stream, fence: Fence): Promise<boolean> {
  if (asked.face === 'events' && asked.task !== null) return false;
  const kind = asked.face === 'events' ? 'all' : asked.name.includes('taskUpdated') ? 'tasks' : 'steps';
  const last = lastSeen(fence, filterOf(asked), kind);
  if (last) await waitFor(stream, last);
  return last !== undefined;
}

/** As the engine has it: GraphQL spells events otherwise. */
function filterOf({ filter: { events, ...rest } }: StreamRequest): ChangeFilter {
  return events === undefined
    ? rest
    : { ...rest, events: (events as ChangeEvent[]).map((event) => event.replace('_', '.') as ChangeEvent) };
}

/** Without what an update says of the task or step as it is when it is sent: that may be further on in one of the worlds. */
function withoutStates(update: unknown): unknown {
  if (Array.isArray(update)) return update.map(withoutStates);
  if (typeof update !== 'object' || update === null) return update;
  return Object.fromEntries(
    Object.entries(update).map(([key, value]) => {
      const isState = ['task', 'step'].includes(withoutAlias(key)) && typeof value === 'object';
      return [key, isState ? 'as it is' : withoutStates(value)];
    }),
  );
}
