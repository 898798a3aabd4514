import { describe, expect, it } from '@jest/globals';
import { STEP_TRANSITIONS, TASK_TRANSITIONS } from '../../../lib/workflow/states.js';
import { listed, tableBelow } from './pages.js';

describe.each([
  ['Of a task', TASK_TRANSITIONS],
  ['Of a step', STEP_TRANSITIONS],
])('the table of states %s', (title, transitions) => {
  it('has each state, and what it may become', () => {
    const documented = tableBelow('docs/concepts.md', title).map((row) => [row.state, listed(row['may become']!)]);
    expect(documented).toEqual(Object.entries(transitions));
  });
});
