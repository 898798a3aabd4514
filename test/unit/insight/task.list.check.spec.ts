import { describe, expect, it } from '@jest/globals';
import { checkListRequest } from '../../../lib/insight/task.list.check.js';
import type { TaskListRequest } from '../../../lib/insight/task.list.js';

describe('what a list of tasks is asked', () => {
  it.each<[TaskListRequest]>([[{}], [{ fromEnd: true, limit: 100 }], [{ fromEnd: false, before: 'x' }]])(
    'may be %j',
    (request) => {
      expect(() => checkListRequest(request)).not.toThrow();
    },
  );

  it.each<[object, string]>([
    [{ fromEnd: true, after: 'x' }, '/fromEnd'],
    [{ fromEnd: true, before: 'x' }, '/fromEnd'],
    [{ fromEnd: 'yes' }, '/fromEnd'],
    [{ after: 'x', before: 'y' }, '/before'],
    [{ limit: 101 }, '/limit'],
    [{ sort: 'name' }, '/sort'],
    [{ include: 'steps' }, '/include'],
  ])('may not be %j', (request, pointer) => {
    let refusal: unknown;
    try {
      checkListRequest(request);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ problems: [{ pointer }] });
  });
});
