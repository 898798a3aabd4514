import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergeChanges } from '../../../lib/live/change.merge.js';
import type { Change } from '../../../lib/live/change.js';
import { parsePosition } from '../../../lib/live/change.position.js';
import type { ChangePosition, StoredChange } from '../../../lib/persistence/change.gateway.js';

const BEGIN: ChangePosition = { task: '0', step: '0' };

function aChange(kind: 'task' | 'step', rowId: number, micros: number): StoredChange {
  return {
    rowId: String(rowId),
    micros,
    taskId: '1',
    namespace: 'tests',
    name: 'merge',
    version: '1.0.0',
    stepId: kind === 'step' ? '1' : null,
    step: kind === 'step' ? 'only' : null,
    from: 'pending',
    to: 'in_progress',
    attempt: null,
    worker: null,
    actor: null,
    reason: `${kind} ${rowId}`,
    durationSeconds: null,
    error: null,
    retryAt: null,
    at: new Date(0).toISOString(),
  };
}

/** A history with gaps in its ids, whose times are roughly in order. */
const aHistory = (kind: 'task' | 'step'): fc.Arbitrary<readonly StoredChange[]> =>
  fc.array(fc.record({ gap: fc.integer({ min: 1, max: 4 }), micros: fc.nat(50) }), { maxLength: 30 }).map((rows) => {
    let id = 0;
    return rows.map(({ gap, micros }, index) => aChange(kind, (id += gap), index * 10 + micros));
  });

const last = (history: readonly StoredChange[]): string => history.at(-1)?.rowId ?? '0';
const said = (changes: readonly Change[]): readonly string[] => changes.map(({ reason }) => reason!);

/** Reads two histories as the gateway does, from a position to their ends. */
function readAll(
  tasks: readonly StoredChange[],
  steps: readonly StoredChange[],
  limit: number,
  from = BEGIN,
): readonly Change[] {
  const until = { task: last(tasks), step: last(steps) };
  const changes: Change[] = [];
  for (let position = from; position.task !== until.task || position.step !== until.step;) {
    const after = (history: readonly StoredChange[], id: string): readonly StoredChange[] =>
      history.filter(({ rowId }) => Number(rowId) > Number(id)).slice(0, limit);
    const stored = { tasks: after(tasks, position.task), steps: after(steps, position.step), isHeldBack: false };
    const merged = mergeChanges(stored, position, until, limit);
    if (merged.position.task === position.task && merged.position.step === position.step) throw new Error('stuck');
    changes.push(...merged.changes);
    position = merged.position;
  }
  return changes;
}

describe('two histories brought into one order', () => {
  const histories = [aHistory('task'), aHistory('step'), fc.integer({ min: 1, max: 8 })] as const;

  it('are told whole and once each, in the order of their ids, however little is read at a time', () => {
    fc.assert(
      fc.property(...histories, (tasks, steps, limit) => {
        const told = said(readAll(tasks, steps, limit));
        expect(told.filter((text) => text.startsWith('task'))).toEqual(tasks.map(({ reason }) => reason));
        expect(told.filter((text) => text.startsWith('step'))).toEqual(steps.map(({ reason }) => reason));
      }),
    );
  });

  it('go on from the position of each change with exactly those that were not told', () => {
    fc.assert(
      fc.property(...histories, (tasks, steps, limit) => {
        const changes = readAll(tasks, steps, limit);
        for (const [index, { position }] of changes.entries()) {
          const rest = readAll(tasks, steps, limit, parsePosition(position)!);
          expect(said(rest).toSorted()).toEqual(said(changes.slice(index + 1)).toSorted());
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are in the order of time where each history is', () => {
    fc.assert(
      fc.property(...histories, (tasks, steps, limit) => {
        const inOrder = (history: readonly StoredChange[]): readonly StoredChange[] =>
          history.map((change, index) => ({ ...change, micros: index * 10 }));
        const [orderedTasks, orderedSteps] = [inOrder(tasks), inOrder(steps)];
        const micros = new Map([...orderedTasks, ...orderedSteps].map(({ reason, micros: at }) => [reason, at]));
        const times = said(readAll(orderedTasks, orderedSteps, limit)).map((text) => micros.get(text)!);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });

  it('tell of a task before its first step and after its last one, where both are of one instant', () => {
    const begun = aChange('task', 1, 5);
    const done = { ...aChange('task', 2, 5), from: 'in_progress', to: 'complete' };
    const step = aChange('step', 1, 5);
    const until = { task: '2', step: '1' };
    const { changes } = mergeChanges({ tasks: [begun, done], steps: [step], isHeldBack: false }, BEGIN, until, 10);
    expect(said(changes)).toEqual(['task 1', 'step 1', 'task 2']);
  });

  it('wait for what was held back of the steps', () => {
    const tasks = [aChange('task', 1, 5), aChange('task', 2, 7)];
    const until = { task: '2', step: '9' };
    const stored = { tasks, steps: [aChange('step', 1, 6)], isHeldBack: true };
    const { changes, position } = mergeChanges(stored, BEGIN, until, 10);
    expect(said(changes)).toEqual(['task 1', 'step 1']);
    expect(position).toEqual({ task: '1', step: '1' });
  });
});
