import { describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError } from 'nestjs-tasker';
import type { ReceivedResponse } from '../../../lib/handlers/http.client.js';
import { outcomeOf, statusError } from '../../../lib/handlers/http-status.outcome.js';

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const answer = (status: number, settings: Partial<ReceivedResponse> = {}): ReceivedResponse => ({
  status,
  headers: {},
  body: null,
  text: '',
  isTruncated: false,
  undecodable: null,
  refusedRedirect: null,
  url: 'https://pay.example.com/charges',
  ...settings,
});

describe('a status', () => {
  const retried = [408, 425, ...range(500, 502), ...range(504, 599)];
  const told = [429, 503];
  const permanent = [...range(100, 199), ...range(300, 499)].filter(
    (status) => ![...retried, ...told].includes(status),
  );

  it.each([
    ['success', range(200, 299)],
    ['retry_when_told', told],
    ['retry', retried],
    ['permanent', [...permanent, 0, 600, 999]],
  ] as const)('is a %s', (outcome, statuses) => {
    expect(statuses.filter((status) => outcomeOf(status) !== outcome)).toEqual([]);
  });

  it.each([304, 402, 409, 429, 503])('is a success when the step accepts it: %d', (status) => {
    expect(outcomeOf(status, [status])).toBe('success');
    expect(statusError('POST', answer(status), [status])).toBeNull();
  });
});

describe('a status that the step says is to be tried again', () => {
  it('is, when the server says if it does, and no less a success where the step accepts it', () => {
    expect(outcomeOf(404, [], [404])).toBe('retry_when_told');
    expect(outcomeOf(404, [404], [404])).toBe('success');
    expect(outcomeOf(404, [], [409])).toBe('permanent');
    const error = statusError('GET', answer(409, { headers: { 'retry-after': '7' } }), [], [409]);
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ stepCode: 'HTTP_409', retryAfter: 7 });
  });
});

describe('the error of a status', () => {
  it('has a code, and what the server said', () => {
    const response = answer(404, {
      text: 'no such order',
      headers: { 'content-type': 'text/plain', 'x-request-id': 'r1', 'x-secret': 's' },
    });
    const error = statusError('GET', response, []);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({
      message: 'GET https://pay.example.com/charges answered 404: no such order',
      stepCode: 'HTTP_404',
      context: {
        method: 'GET',
        url: 'https://pay.example.com/charges',
        status: 404,
        headers: { 'content-type': 'text/plain', 'x-request-id': 'r1' },
        body: 'no such order',
      },
    });
  });

  it('keeps no more than the beginning of a long body', () => {
    const { message, context } = statusError('GET', answer(500, { text: 'x'.repeat(100_000) }), [])!;
    expect(message).toHaveLength('GET https://pay.example.com/charges answered 500: '.length + 2_000);
    expect(context.body).toBe('x'.repeat(2_000));
  });

  it('has everything escaped that a terminal would obey or PostgreSQL could not store', () => {
    const settings = { text: 'a\0\r\n[Nest] forged\u001b[2J\u202e', headers: { 'x-request-id': 'r\u009b1' } };
    const { message, context } = statusError('GET', answer(500, settings), [])!;
    const body = 'a\\u0000\\r\\n[Nest] forged\\u001b[2J\\u202e';
    expect(message).toBe(`GET https://pay.example.com/charges answered 500: ${body}`);
    expect(context).toMatchObject({ body, headers: { 'x-request-id': 'r\\u009b1' } });
  });

  it('says where a redirect leads to that was not followed', () => {
    const error = statusError('GET', answer(302, { refusedRedirect: 'https://b.example/x?…' }), [])!;
    expect(error.message).toContain('answered 302, a redirect to another origin, https://b.example/x?…');
  });

  it.each([
    [429, '30', 30],
    [503, '5', 5],
    [429, undefined, undefined],
    [503, 'soon', undefined],
    [500, '30', undefined],
    [408, '30', undefined],
  ])('%d with Retry-After %s asks for a wait of %s seconds', (status, header, retryAfter) => {
    const error = statusError(
      'GET',
      answer(status, { headers: header === undefined ? {} : { 'retry-after': header } }),
      [],
    );
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ stepCode: `HTTP_${status}`, retryAfter });
  });
});
