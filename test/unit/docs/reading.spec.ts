import { describe, expect, it } from '@jest/globals';
import { RECOMMENDED_ACTIONS } from '../../../lib/workflow/execution-status.js';
import { tableBelow } from './pages.js';

describe('the table of execution statuses', () => {
  it('has each status with the action that follows from it', () => {
    const rows = tableBelow('docs/operating.md', 'Reading a task', 'executionStatus');
    const documented = rows.map(({ executionStatus, recommendedAction }) => [executionStatus, recommendedAction]);
    expect(Object.fromEntries(documented)).toEqual(RECOMMENDED_ACTIONS);
  });
});
