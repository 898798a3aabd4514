import { describe, expect, it } from '@jest/globals';
import {
  booleanProblem,
  countProblem,
  instantProblem,
  isRowId,
  jsonProblem,
  objectProblem,
  oneOfProblem,
  requiredTextProblem,
  someOfProblem,
  textProblem,
  unknownFieldProblems,
} from '../../../lib/workflow/input.checks.js';

describe('a text that must be given', () => {
  it.each([undefined, ''])('is not %p', (value) => {
    expect(requiredTextProblem('/name', value)).toEqual({ pointer: '/name', message: 'is required' });
  });

  it('may be any other', () => {
    expect(requiredTextProblem('/name', 'x')).toBeNull();
  });
});

describe('an object', () => {
  it.each([null, [], 'a', 1, undefined])('is not %p', (value) => {
    expect(objectProblem('/changes', value)).toEqual({ pointer: '/changes', message: 'must be an object' });
  });

  it('has a problem for each field that is not known', () => {
    expect(unknownFieldProblems({ tags: [], 'a/b': 1 }, ['tags', 'name'], '/filter')).toEqual([
      { pointer: '/filter/a~1b', message: 'is not a known field; known: tags, name' },
    ]);
    expect(objectProblem('', {})).toBeNull();
  });
});

describe('a value that is one of several', () => {
  it('may be left out', () => {
    expect([oneOfProblem('/a', undefined, ['x']), someOfProblem('/a', undefined, ['x'])]).toEqual([null, null]);
    expect(booleanProblem('/a', undefined)).toBeNull();
  });

  it('is refused when it is another', () => {
    expect(oneOfProblem('/a', 'y', ['x', 'z'])).toEqual({ pointer: '/a', message: 'must be one of x, z' });
    expect(someOfProblem('/a', ['x', 'y'], ['x', 'z'])).toMatchObject({ message: 'must be a list of some of x, z' });
    expect(someOfProblem('/a', 'x', ['x'])).not.toBeNull();
    expect(booleanProblem('/a', 'true')).toEqual({ pointer: '/a', message: 'must be true or false' });
  });

  it('is taken when it is among them', () => {
    expect([oneOfProblem('/a', 'x', ['x']), someOfProblem('/a', [], ['x'])]).toEqual([null, null]);
    expect([someOfProblem('/a', ['x', 'x'], ['x']), booleanProblem('/a', false)]).toEqual([null, null]);
  });
});

describe('an instant', () => {
  it.each(['2030-01-31T08:00Z', '2030-01-31T08:00:00.123456+02:00', '0001-01-01T00:00:00Z', new Date()])(
    'may be %p',
    (value) => expect(instantProblem('/at', value)).toBeNull(),
  );

  it.each([
    ['has no time zone', '2030-01-31T08:00:00'],
    ['is no day', '2030-02-30T08:00:00Z'],
    ['is no hour', '2030-01-31T25:00:00Z'],
    ['is in the year 0, which SQL has not', '0000-01-01T00:00:00Z'],
    ['has a year of five digits', new Date(Date.UTC(10_000, 0, 1))],
    ['is no valid Date', new Date(NaN)],
    ['is a number', 1_700_000_000],
    ['is null', null],
  ])('that %s is refused', (_, value) => {
    expect(instantProblem('/at', value)).toMatchObject({
      pointer: '/at',
      message: expect.stringContaining('ISO 8601'),
    });
  });
});

describe('JSON that somebody hands in', () => {
  it.each([2 ** 53, -(2 ** 53), 2 ** 63, 1e21])('may not hold a number that has lost digits: %s', (id) => {
    expect(jsonProblem('/results', { orders: [{ id }] })).toEqual({
      pointer: '/results/orders/0/id',
      message: `must be JSON, but holds a whole number beyond 2^53, which loses digits (${id}); write long ids as text`,
    });
  });

  it.each([2 ** 53 - 1, -(2 ** 53) + 1, 0.1, '9223372036854775807', 1e-300])('may hold %p', (id) => {
    expect(jsonProblem('/results', { id })).toBeNull();
  });
});

describe('the id of a row', () => {
  it.each(['1', '9223372036854775807'])('may be %s', (id) => expect(isRowId(id)).toBe(true));
  it.each(['0', '01', '-1', '1.0', '9223372036854775808', ' 1', '', 1, null])('is not %p', (id) =>
    expect(isRowId(id)).toBe(false),
  );
});

describe('a count', () => {
  it.each([1, 10])('may be %s', (count) => expect(countProblem('/n', count, 1, 10)).toBeNull());
  it.each([0, 11, 1.5, '1', NaN, null])('is not %p', (count) =>
    expect(countProblem('/n', count, 1, 10)).toEqual({ pointer: '/n', message: 'must be a whole number from 1 to 10' }),
  );
});

describe('a text', () => {
  it('may have as many characters as are allowed', () => {
    expect(textProblem('/t', 'x'.repeat(128))).toBeNull();
    expect(textProblem('/t', 'xyz', 3)).toBeNull();
    expect(textProblem('/t', 'wxyz', 3)).toEqual({ pointer: '/t', message: 'must have at most 3 characters' });
  });

  it.each([
    ['long', 'x'.repeat(129)],
    ['with NUL', 'a\0'],
    ['not well-formed', '\ud800'],
    ['no text', 7],
  ])('is refused when %s', (_, text) => expect(textProblem('/t', text)).toMatchObject({ pointer: '/t' }));
});
