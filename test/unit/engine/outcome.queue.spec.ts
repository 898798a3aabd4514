import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LARGE_BATCH, OutcomeQueue } from '../../../lib/engine/steps/outcome.queue.js';
import { released, type StepOutcome } from '../../../lib/engine/steps/step.outcome.js';
import { aClaimedStep } from './claimed.step.js';

const outcome = (id: number, task = 0): StepOutcome => released(aClaimedStep({ id: String(id), taskId: `${task}` }));
const idsOf = (outcomes: readonly StepOutcome[]): number[] => outcomes.map(({ stepId }) => Number(stepId));

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
    expect(queue.take()).toEqual([]);
  });

  it('go before later ones when they are put back', () => {
    const queue = aQueue(1, 2);
    const taken = queue.take();
    queue.add(outcome(3));
    queue.putBack(taken);
    expect(idsOf(queue.take())).toEqual([1, 2, 3]);
  });

  it('are forgotten on demand, and so is that some must go alone', () => {
    const queue = aQueue(1, 2);
    queue.putBack(queue.take(), { oneByOne: true });
    queue.clear();
    expect(queue.size).toBe(0);
    queue.add(outcome(3));
    queue.add(outcome(4));
    expect(idsOf(queue.take())).toEqual([3, 4]);
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

describe('a batch that is put back to go one by one', () => {
  it('does so before all later ones, which then go together', () => {
    const queue = aQueue(1, 2);
    queue.putBack(queue.take(), { oneByOne: true });
    queue.add(outcome(3));
    queue.add(outcome(4));
    expect([queue.take(), queue.take(), queue.take()].map(idsOf)).toEqual([[1], [2], [3, 4]]);
  });

  it('still does so when one of it comes back', () => {
    const queue = aQueue(1, 2, 3);
    queue.putBack(queue.take(), { oneByOne: true });
    queue.putBack(queue.take());
    queue.add(outcome(4));
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(idsOf)).toEqual([[1], [2], [3], [4]]);
  });
});

describe('whatever is put in, taken and put back', () => {
  it('is neither lost nor doubled', () => {
    const action = fc.constantFrom('add', 'add many', 'take', 'put back', 'put back one by one');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 50 }), (actions) => {
        const queue = new OutcomeQueue();
        let [added, done, held]: [number, number[], readonly StepOutcome[]] = [0, [], []];
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
            queue.putBack(held, act === 'put back' ? {} : { oneByOne: true });
            held = [];
          }
        }
        done = [...done, ...idsOf(held)];
        while (queue.size > 0) done = [...done, ...idsOf(queue.take())];
        expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: added }, (_, id) => id));
      }),
    );
  });
});
