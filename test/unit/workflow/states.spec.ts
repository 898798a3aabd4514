import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isFinalTaskState,
  mayStepTransition,
  mayTaskTransition,
  SATISFYING_STEP_STATES,
  STEP_STATES,
  STEP_TRANSITIONS,
  TASK_STATES,
  TASK_TRANSITIONS,
} from '../../../lib/workflow/states.js';

const taskState = fc.constantFrom(...TASK_STATES);
const stepState = fc.constantFrom(...STEP_STATES);

/** States that can be reached in any number of transitions, the first included. */
function reachable<State extends string>(from: State, transitions: Readonly<Record<State, readonly State[]>>): State[] {
  const seen = new Set<State>([from]);
  for (const state of seen) for (const next of transitions[state]) seen.add(next);
  return [...seen];
}

describe('the states of a task', () => {
  it('can all be reached from the first', () => {
    expect(reachable('pending', TASK_TRANSITIONS).toSorted()).toEqual(TASK_STATES.toSorted());
  });

  it('are final exactly if nothing leads out of them', () => {
    expect(TASK_STATES.filter(isFinalTaskState)).toEqual(['complete', 'cancelled', 'resolved_manually']);
    fc.assert(
      fc.property(taskState, taskState, (from, to) => !(isFinalTaskState(from) && mayTaskTransition(from, to))),
    );
  });

  it('lead to one that is final from wherever a task is', () => {
    fc.assert(fc.property(taskState, (from) => reachable(from, TASK_TRANSITIONS).some(isFinalTaskState)));
  });

  it('never lead to themselves', () => {
    expect(TASK_STATES.filter((state) => mayTaskTransition(state, state))).toEqual([]);
  });

  it('let a task be cancelled as long as it is not final', () => {
    const cancellable = TASK_STATES.filter((state) => mayTaskTransition(state, 'cancelled'));
    expect(cancellable).toEqual(['pending', 'in_progress', 'error']);
  });
});

describe('the states of a step', () => {
  it('can all be reached from the first', () => {
    expect(reachable('pending', STEP_TRANSITIONS).toSorted()).toEqual(STEP_STATES.toSorted());
  });

  it('never lead to themselves', () => {
    expect(STEP_STATES.filter((state) => mayStepTransition(state, state))).toEqual([]);
  });

  it('can never be left once they satisfy the steps behind them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SATISFYING_STEP_STATES), stepState, (from, to) => !mayStepTransition(from, to)),
    );
  });

  it('are complete or in error only after the step ran', () => {
    for (const outcome of ['complete', 'error'] as const) {
      expect(STEP_STATES.filter((from) => mayStepTransition(from, outcome))).toEqual(['in_progress']);
    }
  });

  it('let an automatic retry begin, and a step that was handed back wait again', () => {
    expect(mayStepTransition('error', 'in_progress')).toBe(true);
    expect(mayStepTransition('in_progress', 'pending')).toBe(true);
  });
});
