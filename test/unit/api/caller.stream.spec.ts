import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import { CallerStream } from '../../../lib/api/caller.stream.js';
import { Access } from '../../../lib/auth/access.js';
import { ForbiddenError, UnauthenticatedError } from '../../../lib/auth/auth.errors.js';
import type { TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import type { Grant } from '../../../lib/auth/grant.js';
import type { Change } from '../../../lib/live/change.js';
import { ChangeStream } from '../../../lib/live/change.stream.js';
import type { SubjectGateway } from '../../../lib/persistence/subject.gateway.js';
import type { TaskScope } from '../../../lib/workflow/task.scope.js';
import { aGate } from '../../support/eventually.js';

const NOWHERE = { task: '0', step: '0' };
const change = { event: 'task.completed', position: '1.0' } as Change;

let changes: ChangeStream;
let asked: number;
let troubles: unknown[];
/** What a question is answered. */
let answer: () => Promise<Grant>;

/** Of a user without credentials that expire, unless it says otherwise. */
function granted(scope: TaskScope | null = null, expiresInSeconds?: number): Grant {
  const expiresAt = expiresInSeconds === undefined ? null : new Date(Date.now() + expiresInSeconds * 1_000);
  const user: TaskerUser = { id: 'pete', expiresAt };
  const renew = (): Promise<Grant> => {
    asked++;
    return answer();
  };
  return { access: new Access(user, null, {} as SubjectGateway), scope, renew } as Grant;
}

function watch(grant = granted()): void {
  new CallerStream(changes, grant, 30_000, (trouble) => troubles.push(trouble)).watch();
}

const pass = (seconds: number): Promise<void> => jest.advanceTimersByTimeAsync(seconds * 1_000);

beforeEach(() => {
  jest.useFakeTimers();
  changes = new ChangeStream({}, NOWHERE, () => undefined);
  asked = 0;
  troubles = [];
  answer = () => Promise.resolve(granted());
});
afterEach(() => {
  changes.close();
  jest.useRealTimers();
});

describe('whether a caller may go on', () => {
  it('is asked at least every 30 s', async () => {
    watch();
    await pass(20);
    expect(asked).toBe(0);
    await pass(10);
    expect(asked).toBe(1);
    await pass(300);
    expect(asked).toBeGreaterThanOrEqual(11);
    expect([changes.isOver, troubles.filter(Boolean)]).toEqual([false, []]);
  });

  it.each([new ForbiddenError('tasker.task:index'), new UnauthenticatedError(), new UnauthorizedException()])(
    'ends the stream with the refusal: %p',
    async (refusal) => {
      watch();
      changes.offer([change], { task: '1', step: '0' });
      answer = () => Promise.reject(refusal);
      await pass(30);
      expect([changes.isOver, changes.reason]).toEqual([true, refusal]);
      expect((await changes.next()).done).toBe(true);
    },
  );

  it('may change the tasks that the caller hears of', async () => {
    watch();
    answer = () => Promise.resolve(granted({ namespaces: ['shop'] }));
    await pass(30);
    expect(changes.scope).toEqual({ namespaces: ['shop'] });
  });

  it('is not asked after the end', async () => {
    watch();
    changes.close();
    await pass(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a caller about whom nobody can decide', () => {
  it('hears nothing until somebody can', async () => {
    watch();
    const trouble = new Error('the directory is away');
    answer = () => Promise.reject(trouble);
    await pass(30);
    expect([changes.isFull, changes.isOver, troubles]).toEqual([true, false, [trouble]]);
    answer = () => Promise.resolve(granted());
    await pass(5);
    expect([changes.isFull, troubles.at(-1)]).toEqual([false, null]);
  });

  it('hears nothing either if there is no answer for ten seconds, until it comes', async () => {
    const late = aGate<Grant>();
    watch();
    answer = () => late.passed;
    await pass(40);
    expect(changes.isFull).toBe(true);
    late.open(granted());
    await pass(0);
    expect(changes.isFull).toBe(false);
  });
});

describe('credentials that expire', () => {
  it('are asked for at that time, and nothing is sent until the answer', async () => {
    const expired = aGate<Grant>();
    watch(granted(null, 7));
    answer = () => expired.passed;
    await pass(6);
    expect([asked, changes.isFull]).toEqual([0, false]);
    await pass(1);
    expect([asked, changes.isFull]).toEqual([1, true]);
    expired.open(granted(null, 60));
    await pass(0);
    expect([changes.isFull, changes.isOver]).toEqual([false, false]);
  });
});
