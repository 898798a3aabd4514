import { describe, expect, it } from '@jest/globals';
import { EVENTS } from '../../../lib/events/event.catalogue.js';
import { stepEventOf, taskEventOf } from '../../../lib/events/transition.events.js';
import { STEP_TRANSITIONS, TASK_TRANSITIONS, type StepState, type TaskState } from '../../../lib/workflow/states.js';

const pairsOf = <State extends string>(transitions: Readonly<Record<State, readonly State[]>>): [State, State][] =>
  (Object.entries(transitions) as [State, readonly State[]][]).flatMap(([from, all]) =>
    all.map((to): [State, State] => [from, to]),
  );

describe('the event of a transition', () => {
  it.each(pairsOf<TaskState>(TASK_TRANSITIONS))('of a task from %s to %s is in the catalogue', (from, to) => {
    expect(EVENTS).toHaveProperty([taskEventOf(from, to)]);
  });

  it.each(pairsOf<StepState>(STEP_TRANSITIONS))('of a step from %s to %s is in the catalogue', (from, to) => {
    expect(EVENTS).toHaveProperty([stepEventOf(from, to)]);
  });

  it('tells a task that is tried again from one that starts', () => {
    expect(taskEventOf('pending', 'in_progress')).toBe('task.start_requested');
    expect(taskEventOf('error', 'in_progress')).toBe('task.retry_requested');
    expect(taskEventOf('error', 'pending')).toBe('task.retry_requested');
    expect(taskEventOf(null, 'pending')).toBe('task.initialize_requested');
  });

  it('tells a step that is tried again from one that is handed back', () => {
    expect(stepEventOf('in_progress', 'pending')).toBe('step.handed_back');
    expect(stepEventOf('error', 'pending')).toBe('step.retry_requested');
  });
});
