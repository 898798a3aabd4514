import { describe, expect, it } from '@jest/globals';
import type { Change, ChangeFilter } from 'nestjs-tasker';
import { matches } from '../../../lib/live/change.filter.js';

const change = {
  taskId: '7',
  namespace: 'warehouse',
  name: 'delivery',
  version: '1.2.0',
  event: 'step.failed',
  step: 'bill',
} as Change;

const own: ChangeFilter = {
  taskIds: ['6', '7'],
  namespace: 'warehouse',
  name: 'delivery',
  version: '1.2.0',
  events: ['step.completed', 'step.failed'],
  steps: ['pack', 'bill'],
};

describe('a filter of changes', () => {
  it('fits where all that it says holds', () => {
    expect([matches({}, change), matches(own, change)]).toEqual([true, true]);
  });

  it.each<ChangeFilter>([
    { taskIds: ['77'] },
    { namespace: 'Warehouse' },
    { name: 'deliver' },
    { version: '1.2' },
    { events: ['task.failed'] },
    { steps: ['pack'] },
  ])('does not where one thing differs: %j', (other) => {
    expect([matches(other, change), matches({ ...own, ...other }, change)]).toEqual([false, false]);
  });

  it('that names steps leaves out what happened to tasks', () => {
    expect(matches({ steps: ['bill'] }, { ...change, step: null })).toBe(false);
  });
});
