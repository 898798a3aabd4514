import { describe, expect, it } from '@jest/globals';
import { neededByFilter } from '../../../lib/auth/filter.permissions.js';

describe('the permissions that a filter needs', () => {
  it.each([
    [{ states: ['error'] }, []],
    [{ contextPath: '$.a' }, ['tasker.task:read_context']],
    [
      { annotation: { type: 'audit' }, contextPath: '$.a' },
      ['tasker.task:read_annotations', 'tasker.task:read_context'],
    ],
    [{ contextPath: undefined, annotation: null }, []],
  ])('of a list by %j are %j', (filter, permissions) => {
    expect(neededByFilter(filter, 'tasker.task:index')).toEqual(permissions);
  });

  it('of an action are those of a list, unless it names the tasks', () => {
    expect(neededByFilter({ states: ['error'] }, 'tasker.task:cancel')).toEqual(['tasker.task:index']);
    expect(neededByFilter({ ids: ['1'], limit: 5 }, 'tasker.task:cancel')).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString'])('are none for a field called %s', (field) => {
    expect(neededByFilter({ [field]: 'x' }, 'tasker.task:index')).toEqual([]);
  });
});
