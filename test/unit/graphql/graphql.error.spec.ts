import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenException, Logger } from '@nestjs/common';
import { GraphQLError } from 'graphql';
import { InvalidContextError, TooManyUnfinishedTasksError } from 'nestjs-tasker';
import { graphqlErrorOf } from '../../../lib/graphql/graphql.error.js';

describe('an error over GraphQL', () => {
  const [failed, refused] = [jest.spyOn(Logger.prototype, 'error'), jest.spyOn(Logger.prototype, 'warn')];
  beforeEach(() => [failed, refused].forEach((spy) => void spy.mockReset().mockImplementation(() => undefined)));
  afterAll(() => void jest.restoreAllMocks());

  it.each([
    ['the host', new GraphQLError('no such field')],
    ['a guard of the host', new ForbiddenException('not on Sundays')],
  ])('of %s stays what it is', (_, error) => {
    expect(graphqlErrorOf(error, null)).toBe(error);
  });

  it('of a refused request has its code and its words, and when to come back', () => {
    expect(graphqlErrorOf(new TooManyUnfinishedTasksError('shop', 1, 1, 7), null)).toMatchObject({
      message: expect.stringContaining('shop'),
      extensions: { code: 'TASKER_TOO_MANY_UNFINISHED_TASKS', retryAfterSeconds: 7 },
    });
  });

  it('of a context points into the input, in which the context is a field', () => {
    const template = { namespace: 'shop', name: 'order', version: '1.0.0' };
    const error = new InvalidContextError(template, [{ pointer: '/id', message: 'is missing' }]);
    expect(graphqlErrorOf(error, null)).toMatchObject({
      extensions: { problems: [{ pointer: '/context/id', message: 'is missing' }] },
    });
  });

  it('of a lost database says to come back, and to the log alone what was lost', () => {
    const lost = Object.assign(new Error('connect to 10.0.0.7'), { code: 'ECONNREFUSED' });
    expect(graphqlErrorOf(lost, null)).toMatchObject({
      extensions: { code: 'TASKER_DATABASE_UNAVAILABLE', retryAfterSeconds: 5 },
    });
    expect(JSON.stringify(graphqlErrorOf(lost, null))).not.toContain('10.0.0.7');
    expect(refused).toHaveBeenCalledWith(expect.stringContaining('10.0.0.7'));
  });

  it('of ours is for the log, and tells nothing', () => {
    expect(graphqlErrorOf(new Error('cellar 7'), null)).toMatchObject({
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(failed).toHaveBeenCalledWith('Failed to answer a request.', expect.stringContaining('cellar 7'));
    expect(graphqlErrorOf('cellar 7', null).message).not.toContain('cellar');
  });

  it('names the request, and so does the log', () => {
    const asked = { headers: { 'x-correlation-id': 'order-17' } };
    const lost = Object.assign(new Error('connect to 10.0.0.7'), { code: 'ECONNREFUSED' });
    for (const error of [new TooManyUnfinishedTasksError('shop', 1, 1, 7), lost, new Error('cellar 7')]) {
      expect(graphqlErrorOf(error, asked)).toMatchObject({ extensions: { correlationId: 'order-17' } });
    }
    expect(refused).toHaveBeenCalledWith(expect.stringMatching(/^Refused request order-17: .*10\.0\.0\.7/));
    expect(failed).toHaveBeenCalledWith('Failed to answer request order-17.', expect.stringContaining('cellar 7'));
  });
});
