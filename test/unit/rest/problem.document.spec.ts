import { describe, expect, it } from '@jest/globals';
import { BadRequestException, ServiceUnavailableException } from '@nestjs/common';
import { problemDocument } from '../../../lib/rest/problem.document.js';
import { TaskerError, type ErrorHttpStatus, type Problem } from '../../../lib/workflow/tasker.error.js';

class OutOfCheeseError extends TaskerError {
  readonly code = 'TASKER_OUT_OF_CHEESE' as TaskerError['code'];

  constructor(
    override readonly httpStatus: ErrorHttpStatus,
    override readonly problems: readonly Problem[] = [],
  ) {
    super('There is no cheese in cellar 7.');
  }
}

const describeError = (error: unknown): unknown => problemDocument(error, '/tasker/tasks');

describe('the problem document', () => {
  it('of a refused request has its code, its words and its faults', () => {
    const problems = [{ pointer: '/cheese', message: 'is missing' }];
    expect(describeError(new OutOfCheeseError(409, problems))).toEqual({
      type: 'urn:nestjs-tasker:TASKER_OUT_OF_CHEESE',
      title: 'Out of cheese',
      status: 409,
      detail: 'There is no cheese in cellar 7.',
      code: 'TASKER_OUT_OF_CHEESE',
      instance: '/tasker/tasks',
      problems,
    });
  });

  it('of a context that its template does not allow points into the body, in which the context is a field', () => {
    class InvalidContextError extends OutOfCheeseError {
      override readonly code = 'TASKER_INVALID_CONTEXT';
    }
    const problems = ['', '/cheese'].map((pointer) => ({ pointer, message: 'is missing' }));
    expect(describeError(new InvalidContextError(400, problems))).toMatchObject({
      problems: [{ pointer: '/context' }, { pointer: '/context/cheese' }],
    });
  });

  it('has no list of faults when there are none', () => {
    expect(describeError(new OutOfCheeseError(404))).not.toHaveProperty('problems');
  });

  it.each([
    ['a fault of ours', new OutOfCheeseError(500)],
    ['anything else', new Error('password of cellar 7 is wrong')],
    ['what is no error at all', 'cellar 7'],
    ['an error of an HTTP client', Object.assign(new Error('cellar 7'), { statusCode: 404 })],
  ])('of %s tells nothing about it', (_, error) => {
    expect(describeError(error)).toMatchObject({
      status: 500,
      code: 'INTERNAL_SERVER_ERROR',
      title: 'Internal Server Error',
    });
    expect(JSON.stringify(describeError(error))).not.toContain('cellar 7');
  });

  it.each([
    [new BadRequestException('no such field'), 400, 'BAD_REQUEST'],
    [new ServiceUnavailableException('closed for today'), 503, 'SERVICE_UNAVAILABLE'],
    [Object.assign(new Error('request entity too large'), { statusCode: 413, expose: true }), 413, 'PAYLOAD_TOO_LARGE'],
    [
      Object.assign(new Error('not JSON'), { statusCode: 400, code: 'FST_ERR_CTP_INVALID_JSON_BODY' }),
      400,
      'BAD_REQUEST',
    ],
  ])('of %s keeps status and words', (error, status, code) => {
    expect(describeError(error)).toMatchObject({ type: 'about:blank', status, code, detail: error.message });
  });
});
