import { describe, expect, it } from '@jest/globals';
import { refusalError, refusalIn, type Refusal } from '../../../lib/persistence/refusal.js';

describe('an answer of the database', () => {
  it.each([null, 7, true, 'text', [], { changed: true }])('is no refusal: %p', (answer) => {
    expect(refusalIn(answer)).toBeUndefined();
  });

  it.each([
    [{ kind: 'unknown_named_task', namedTaskId: '7' }, 'TASKER_UNKNOWN_NAMED_TASK', 404],
    [{ kind: 'unknown_task', taskId: '7' }, 'TASKER_UNKNOWN_TASK', 404],
    [{ kind: 'unknown_step', taskId: '7', step: 'pay', known: [] }, 'TASKER_UNKNOWN_STEP', 404],
    [{ kind: 'stale_step', stepId: '7', workerId: '1', attempt: 2 }, 'TASKER_STALE_STEP', 500],
    [{ kind: 'stale_revision', what: 'Task 7', revision: '1', current: '2' }, 'TASKER_STALE_REVISION', 412],
  ] as const satisfies readonly (readonly [Refusal, string, number])[])(
    'is the error that stands for it: %p',
    (refused, code, httpStatus) => {
      expect(refusalError(refusalIn({ refused })!)).toMatchObject({ code, httpStatus });
    },
  );
});
