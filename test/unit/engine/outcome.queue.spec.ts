import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { LARGE_BATCH, OutcomeQueue, type OutcomeBatch } from '../../../lib/engine/steps/outcome.queue.js';
import { released, type StepOutcome } from '../../../lib/engine/steps/step.outcome.js';
import { aClaimedStep } from './claimed.step.js';

const outcome = (id: number, task = 0): StepOutcome => released(aClaimedStep({ id: String(id), taskId: `${task}` }));
const idsOf = ({ outcomes }: Pick<OutcomeBatch, 'outcomes'>): number[] => outcomes.map(({ stepId }) => Number(stepId));

function aQueue(...ids: readonly number[]): OutcomeQueue {
  const queue = new OutcomeQueue();
  for (const id of ids) queue.add(outcome(id));
  return queue;
}

describe('outcomes that wait', () => {
  it('are taken all at once, in the order in which they came', () => {
    const queue = aQueue(1, 2, 3);
    expect(queue.size).toBe(3);
    expect(queue.attempts().map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(idsOf(queue.take())).toEqual([1, 2, 3]);
    expect(queue.size).toBe(0);
    expect(queue.take()).toEqual({ outcomes: [], refusals: 0 });
  });

  it('go before later ones when they are put back', () => {
    const queue = aQueue(1, 2);
    const taken = queue.take();
    queue.add(outcome(3));
    queue.putBack(taken);
    expect(idsOf(queue.take())).toEqual([1, 2, 3]);
  });

  it('are forgotten on demand, and so are those set aside', () => {
    const queue = aQueue(1, 2);
    const batch = queue.take();
    queue.setAside(batch, batch.outcomes[0]!);
    queue.arrived(batch);
    queue.add(outcome(3));
    queue.clear();
    expect([queue.size, queue.asideSize, queue.asideDueInSeconds]).toEqual([0, 0, null]);
    queue.add(outcome(4));
    expect(idsOf(queue.take())).toEqual([4]);
  });
});

describe('outcomes of a task of which another pass has some', () => {
  const many = Array.from({ length: LARGE_BATCH }, (_, index) => 100 + index);

  it('stay behind until it is over, when those of other tasks are many', () => {
    const queue = new OutcomeQueue();
    queue.add(outcome(1, 1));
    const under = queue.take();
    queue.add(outcome(2, 1));
    for (const id of many) queue.add(outcome(id, 2));
    queue.add(outcome(3, 1));
    expect(idsOf(queue.take())).toEqual(many);
    expect(queue.size).toBe(2);
    queue.arrived(under);
    queue.add(outcome(4, 3));
    expect(idsOf(queue.take())).toEqual([2, 3, 4]);
  });

  it('stay behind until the last of several such passes is over', () => {
    const queue = new OutcomeQueue();
    const passes = [1, 2].map((id) => {
      queue.add(outcome(id, 1));
      return queue.take();
    });
    queue.arrived(passes[0]!);
    queue.add(outcome(3, 1));
    for (const id of many) queue.add(outcome(id, 2));
    expect(idsOf(queue.take())).toEqual(many);
  });

  it('go all the same when the others are few', () => {
    const queue = new OutcomeQueue();
    queue.add(outcome(1, 1));
    queue.take();
    queue.add(outcome(2, 1));
    queue.add(outcome(3, 2));
    expect(idsOf(queue.take())).toEqual([2, 3]);
  });
});

describe('outcomes that are set aside', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  /** Both refused once. */
  function refusedOnes(): OutcomeQueue {
    const queue = aQueue(1, 2);
    const batch = queue.take();
    for (const each of batch.outcomes) queue.setAside(batch, each);
    queue.arrived(batch);
    return queue;
  }

  it('are tried again alone, and not before their time', () => {
    const queue = refusedOnes();
    queue.add(outcome(3));
    expect([queue.size, queue.asideSize]).toEqual([1, 2]);
    expect(queue.attempts().map(({ id }) => id)).toEqual(['3', '1', '2']);
    expect(queue.asideDueInSeconds).toBeLessThanOrEqual(1.1);
    expect(queue.take()).toMatchObject({ refusals: 0, outcomes: [{ stepId: '3' }] });
    jest.advanceTimersByTime(1_200);
    expect(queue.size).toBe(2);
    const [one, other] = [queue.take(), queue.take()];
    expect([one, other].map(idsOf)).toEqual([[1], [2]]);
    expect([one.refusals, other.refusals, queue.size]).toEqual([1, 1, 0]);
  });

  it('wait longer each time, half a minute at most', () => {
    const queue = refusedOnes();
    const waits = Array.from({ length: 8 }, () => {
      queue.hurry();
      const batch = queue.take();
      queue.take();
      queue.setAside(batch, batch.outcomes[0]!);
      return Math.round(queue.asideDueInSeconds!);
    });
    expect(waits.slice(0, 2)).toEqual([2, 4]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(33);
  });

  it('are due at once when their try failed with all the rest, and no sooner forget how often they were refused', () => {
    const queue = refusedOnes();
    jest.advanceTimersByTime(1_200);
    const batch = queue.take();
    queue.putBack(batch);
    queue.arrived(batch);
    expect([queue.take(), queue.take()].map(({ refusals }) => refusals)).toEqual([1, 1]);
  });

  it('are all due when there is no later', () => {
    const queue = refusedOnes();
    expect(queue.size).toBe(0);
    queue.hurry();
    expect(queue.size).toBe(2);
  });
});

describe('whatever is put in, taken and put back', () => {
  it('is neither lost nor doubled', () => {
    const action = fc.constantFrom('add', 'add many', 'take', 'put back', 'set aside');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 50 }), (actions) => {
        const queue = new OutcomeQueue();
        const nothing = { outcomes: [], refusals: 0 };
        let [added, done, held]: [number, number[], OutcomeBatch] = [0, [], nothing];
        for (const act of actions) {
          if (act === 'add') queue.add(outcome(added++, added % 3));
          else if (act === 'add many') for (let n = 0; n < LARGE_BATCH; n++) queue.add(outcome(added++, added % 3));
          else if (act === 'take') {
            done = [...done, ...idsOf(held)];
            const before = held;
            held = queue.take();
            queue.arrived(before);
          } else {
            queue.arrived(held);
            if (act === 'put back') queue.putBack(held);
            else for (const each of held.outcomes) queue.setAside(held, each);
            held = nothing;
          }
        }
        done = [...done, ...idsOf(held)];
        queue.hurry();
        while (queue.size > 0) done = [...done, ...idsOf(queue.take())];
        expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: added }, (_, id) => id));
      }),
    );
  });
});
