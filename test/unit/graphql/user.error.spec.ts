import { describe, expect, it } from '@jest/globals';
import { TaskerError, TooManyUnfinishedTasksError, UnknownStepError } from 'nestjs-tasker';
import { InvalidActionError } from '../../../lib/engine/engine.errors.js';
import { userErrorsOf } from '../../../lib/graphql/mutations/user.error.js';
import { ForbiddenError } from '../../../lib/auth/auth.errors.js';

describe('an error of a mutation', () => {
  it('about values is part of the answer: one for each problem, with the way to it', () => {
    const error = new InvalidActionError('change a task', [
      { pointer: '/tags/1', message: 'is too long' },
      { pointer: '/a~1b/c~01d', message: 'is odd' },
    ]);
    expect(userErrorsOf(error, {})).toEqual([
      { field: ['input', 'tags', '1'], code: 'TASKER_INVALID_ACTION', message: 'is too long', retryAfterSeconds: null },
      { field: ['input', 'a/b', 'c~1d'], code: 'TASKER_INVALID_ACTION', message: 'is odd', retryAfterSeconds: null },
    ]);
  });

  it('about one value by its class names the field that was given', () => {
    const error = new UnknownStepError('There is no such step.');
    expect(userErrorsOf(error, { taskId: '1', step: 'x' })).toMatchObject([{ field: ['input', 'step'] }]);
    expect(userErrorsOf(error, { taskId: '1', from: 'x' })).toMatchObject([{ field: ['input', 'from'] }]);
    expect(userErrorsOf(error, {})).toMatchObject([{ field: null }]);
  });

  it('about one of many requests says about which', () => {
    const error = new InvalidActionError('x', [{ pointer: '/name', message: 'is required' }]).ofRequest(3);
    expect(userErrorsOf(error, {})).toMatchObject([{ field: ['input', 'tasks', '3', 'name'] }]);
  });

  it('about nothing in particular has no field, and says when to come back', () => {
    const error = new TooManyUnfinishedTasksError('shop', 1, 1, 7);
    expect(userErrorsOf(error, {})).toMatchObject([{ field: null, message: error.message, retryAfterSeconds: 7 }]);
  });

  it('about who asks, or about us, is none of it', () => {
    class Broken extends TaskerError {
      readonly code = 'TASKER_MISSING_REQUEST';
    }
    expect(userErrorsOf(new ForbiddenError('tasker.task:show'), {})).toBeNull();
    expect(userErrorsOf(new Broken('x'), {})).toBeNull();
    expect(userErrorsOf(new Error('x'), {})).toBeNull();
  });
});
