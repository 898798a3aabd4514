import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ChangeFeed, type Change, type ChangeStream, type TaskScope } from 'nestjs-tasker';
import { InvalidScopeError } from '../../../lib/workflow/task.scope.check.js';
import { positionText } from '../../../lib/live/change.position.js';
import { TaskScopeGateway } from '../../../lib/persistence/task-scope.gateway.js';
import { amount } from '../../support/amount.js';
import { aGate, eventually } from '../../support/eventually.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import {
  expectSame,
  idsOf,
  ran,
  SCOPED_HOST,
  SCOPES,
  someTasks,
  TEMPLATES,
  type KnownScope,
} from '../../support/scopes.js';

const lab = useLab();
const host = lab.share({ ...SCOPED_HOST, live: { pollIntervalMs: 10 } });

const [EAST, , WEST] = TEMPLATES;
const EVERY: KnownScope = { scope: {}, has: () => true };

const streams: ChangeStream[] = [];
afterEach(() => streams.splice(0).forEach((stream) => stream.close()));

async function follow(scope: TaskScope | null, after?: string): Promise<ChangeStream> {
  const stream = await host().get(ChangeFeed).follow({}, after, undefined, scope);
  streams.push(stream);
  return stream;
}

/** The feed has read as far for each of them. */
async function readTo(position: string, ...of: readonly ChangeStream[]): Promise<void> {
  await eventually(() => {
    for (const { read } of of) expect(read && positionText(read)).toBe(position);
  });
}

/** Where the histories end. */
async function end(): Promise<string> {
  const [row] = await lab.query<{ task: string; step: string }>(
    `select (select coalesce(max(id), 0) from __schema__.task_transitions)::text as task,
       (select coalesce(max(id), 0) from __schema__.workflow_step_transitions)::text as step`,
  );
  return `${row!.task}.${row!.step}`;
}

/** What waits for a listener, which then is told no more. */
async function told(stream: ChangeStream): Promise<readonly Change[]> {
  stream.close();
  const changes: Change[] = [];
  for await (const change of stream) changes.push(change);
  return changes;
}

const tasksOf = (changes: readonly Change[]): ReadonlySet<string> => new Set(changes.map(({ taskId }) => taskId));

describe('a listener with a scope', () => {
  it('receives every change of the tasks in it and no others', async () => {
    await fc.assert(
      fc.asyncProperty(someTasks, async (plans) => {
        const everything = await follow(null);
        const scoped = await Promise.all(SCOPES.map(async (known) => ({ known, stream: await follow(known.scope) })));
        const { inside: tasks } = await ran(host(), plans, EVERY);
        await readTo(await end(), everything, ...scoped.map(({ stream }) => stream));
        const all = await told(everything);
        for (const { known, stream } of scoped) {
          const changes = await told(stream);
          const moving = tasks.filter(({ course }) => course !== 'waits');
          expectSame(tasksOf(changes), idsOf(moving.filter(known.has)));
          const inScope = new Set(idsOf(tasks.filter(known.has)));
          expect(changes).toEqual(all.filter(({ taskId }) => inScope.has(taskId)));
        }
      }),
      { numRuns: amount({ short: 6, full: 40 }), endOnFailure: true },
    );
  });

  it('advances past changes that it does not receive', async () => {
    const stream = await follow({ namespaces: ['east'] });
    await host().tasks.start(WEST!.request);
    await host().kit.runUntilIdle();
    const position = await end();
    await readTo(position, stream);
    expect(stream.position).toBe(position);

    const { id } = await host().tasks.start(EAST!.request);
    await host().kit.runUntilIdle();
    const later = await follow({ namespaces: ['east'] }, stream.position);
    await readTo(await end(), later);
    expectSame(tasksOf(await told(later)), [id]);
  });

  it('receives nothing more about a task that left the scope', async () => {
    const { tasks, kit } = host();
    const { id } = await tasks.start({ ...EAST!.request, tags: ['red'], context: { course: 'fails' } });
    const [stream, everything] = [await follow({ tags: ['red'] }), await follow(null)];
    await kit.runUntilIdle();
    await readTo(await end(), stream);
    await tasks.change(id, { tags: [] }, BY);
    await tasks.reset(id, BY);
    await readTo(await end(), stream, everything);
    const changes = await told(stream);
    expect(changes.at(-1)!.event).toBe('task.failed');
    expect((await told(everything)).length).toBeGreaterThan(changes.length);
  });

  it('receives by its new scope what was being read for the former one', async () => {
    const gateway = host().get(TaskScopeGateway);
    const [asked, mayAnswer] = [aGate(), aGate()];
    const tasksIn = gateway.tasksIn.bind(gateway);
    const asking = jest.spyOn(gateway, 'tasksIn').mockImplementationOnce(async (...about) => {
      const answer = await tasksIn(...about);
      asked.open();
      await mayAnswer.passed;
      return answer;
    });
    const [stream, everything] = [await follow({ tags: ['red'] }), await follow(null)];
    const { id } = await host().tasks.start({ ...EAST!.request, tags: ['blue'] });
    await host().kit.runUntilIdle();
    await asked.passed;
    stream.continueIn({ tags: ['blue'] });
    mayAnswer.open();
    await readTo(await end(), stream, everything);
    const changes = await told(stream);
    expectSame(tasksOf(changes), [id]);
    expect(changes).toEqual(await told(everything));
    asking.mockRestore();
  });

  it('asks for tasks once for all listeners, and not for scopes of templates', async () => {
    const asked = jest.spyOn(host().get(TaskScopeGateway), 'tasksIn');
    const scopes = [{ tags: ['red'] }, { tags: ['red'] }, { initiator: 'ann' }, { namespaces: ['east'] }, null];
    const all = await Promise.all(scopes.map((scope) => follow(scope)));
    await readTo(all[0]!.read ? positionText(all[0]!.read) : '', ...all);
    await host().tasks.start({ ...EAST!.request, tags: ['red'] });
    await host().kit.runUntilIdle();
    await readTo(await end(), ...all);
    for (const [given, ids] of asked.mock.calls) {
      expect(given).toEqual([{ tags: ['red'] }, { initiator: 'ann' }]);
      expect(ids).toHaveLength(1);
    }
    expect(asked).toHaveBeenCalled();
    asked.mockRestore();
  });

  it('whose scope the database cannot look at is told nothing, and holds up nobody', async () => {
    const broken = await follow({ contextPath: '$ ? (@.course == $missing)' });
    const other = await follow({ initiator: 'ann' });
    const { id } = await host().tasks.start({ ...EAST!.request, initiator: 'ann' });
    await host().kit.runUntilIdle();
    await broken.closed;
    expect(await told(broken)).toEqual([]);
    await readTo(await end(), other);
    expectSame(tasksOf(await told(other)), [id]);
  });

  it('begins with no scope that is wrong', async () => {
    await expect(follow({ namespaces: 'east' } as unknown as TaskScope)).rejects.toThrow(InvalidScopeError);
    await expect(follow({ contextPath: '$$' })).rejects.toThrow(InvalidScopeError);
  });
});
