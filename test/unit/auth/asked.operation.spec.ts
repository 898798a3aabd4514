import { describe, expect, it } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { askedIn, subjectsOf } from '../../../lib/auth/asked.operation.js';

function asked(request: object) {
  const context = new ExecutionContextHost([request], Object, () => undefined);
  return askedIn(context);
}

describe('an operation over REST', () => {
  it('is about the task of the path, and of no task that its body or its query names', () => {
    const named = { id: '2', taskId: '2', step: 'pay' };
    for (const request of [
      { method: 'POST', params: {}, body: named },
      { method: 'GET', params: {}, query: named },
    ]) {
      const [subject] = subjectsOf(asked(request), 'tasker.task:update');
      expect(subject).toMatchObject({ id: null, taskId: null, step: null });
    }
    const [subject] = subjectsOf(asked({ method: 'POST', params: { id: '1' }, body: named }), 'tasker.task:update');
    expect(subject).toMatchObject({ id: '1', taskId: '1', step: null });
  });
});
