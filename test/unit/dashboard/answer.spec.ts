import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Shown {
  readonly task?: object;
  readonly fault: string;
  readonly again: boolean;
  readonly waitMs?: number;
}
type ReadAnswer = (answer: { status: number; retryAfter: string | null; text: string }) => Shown;

const { readAnswer } = (await import(join(import.meta.dirname, '../../../lib/dashboard/answer.js'))) as {
  readAnswer: ReadAnswer;
};

const read = (status: number, body: unknown, retryAfter: string | null = null): Shown =>
  readAnswer({ status, retryAfter, text: typeof body === 'string' ? body : JSON.stringify(body) });
const problem = (code: string, detail: string): object => ({ code, detail });
const TASK = { id: '1', state: 'pending', steps: [], summary: {} };

describe('what the dashboard makes of an answer', () => {
  it('is the task, and asking again until the task has ended', () => {
    expect(read(200, TASK)).toEqual({ task: TASK, fault: '', again: true });
    expect(read(200, { ...TASK, state: 'complete' })).toMatchObject({ again: false });
  });

  it.each<[string, Shown, RegExp, boolean]>([
    ['wrapped by an interceptor', read(200, { data: TASK }), /not a task.*changes answers/, false],
    ['null', read(200, 'null'), /not a task/, false],
    ['empty', read(204, ''), /not JSON/, false],
    ['a redirect', read(0, ''), /Log in and come back/, false],
    ['a page to log in', read(200, '<html>'), /Log in and come back/, false],
    [
      '401 of ours',
      read(401, problem('TASKER_UNAUTHENTICATED', 'No proof.')),
      /^No proof\. Log in .* or enter a token\./,
      false,
    ],
    ['401 of a guard, as a page', read(401, '<html>'), /status 401\. Log in/, false],
    ['403', read(403, problem('FORBIDDEN', 'Forbidden resource')), /^Forbidden resource .*may not see/, false],
    [
      '404 of ours',
      read(404, problem('TASKER_UNKNOWN_TASK', 'There is no task "9".')),
      /^There is no task "9"\.$/,
      false,
    ],
    ['404 of a proxy', read(404, 'not here'), /no API/, false],
    ['429', read(429, problem('TOO_MANY_REQUESTS', 'Too many.'), '7'), /^Too many\. Trying again/, true],
    ['503', read(503, problem('TASKER_DATABASE_UNAVAILABLE', 'It is away.')), /^It is away\. Trying again/, true],
    ['502 of a proxy', read(502, '<html>'), /status 502\. Trying again/, true],
  ])('says what is wrong and what to do: %s', (_, { task, fault, again }, expected, isAgain) => {
    expect(task).toBeUndefined();
    expect(fault).toMatch(expected);
    expect(again).toBe(isAgain);
  });

  it('waits as long as the server asks for', () => {
    expect(read(429, {}, '7').waitMs).toBe(7_000);
    expect(read(429, {}, '3000000').waitMs).toBe(3_600_000); // more than timers can wait
    expect(read(503, {}, 'Sun, 29 Nov 2026 08:00:00 GMT').waitMs).toBeUndefined();
  });
});
