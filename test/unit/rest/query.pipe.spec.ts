import { describe, expect, it } from '@jest/globals';
import { ChangeFilterFields } from '../../../lib/live/change.filter.js';
import { queryOf, QueryPipe } from '../../../lib/rest/query.pipe.js';
import { Input } from '../../../lib/workflow/input.fields.js';
import { countOf, fieldsOf, instant, object, someOf, taskIds, texts } from '../../../lib/workflow/input.kinds.js';

const pipe = new QueryPipe({
  name: { kind: 'text', description: '' },
  limit: { kind: 'number', description: '' },
  tags: { kind: 'texts', description: '' },
  states: { kind: 'words', description: '' },
});

function problemsOf(query: object): unknown {
  try {
    pipe.transform(query);
    return [];
  } catch (error) {
    return (error as { problems?: unknown }).problems;
  }
}

describe('the parameters of a query', () => {
  it.each<[object, object]>([
    [{}, {}],
    [{ name: 'a,b' }, { name: 'a,b' }],
    [{ name: '' }, { name: '' }],
    [{ limit: '999999999' }, { limit: 999_999_999 }],
    [{ tags: 'a,b' }, { tags: ['a,b'] }],
    [{ tags: ['a', 'b'] }, { tags: ['a', 'b'] }],
    [{ states: 'a,b' }, { states: ['a', 'b'] }],
    [{ states: ['a,,b', 'c,'] }, { states: ['a', 'b', 'c'] }],
    [{ states: '' }, { states: [] }],
  ])('%j are read as %j', (query, read) => {
    expect(pipe.transform(query)).toEqual(read);
  });

  it('may be none at all', () => {
    expect(pipe.transform(undefined)).toEqual({});
  });

  it.each<[object, string, RegExp]>([
    [{ nmae: 'a' }, '/nmae', /^is not a known parameter; known: name, limit, tags, states$/],
    [{ constructor: 'a' }, '/constructor', /^is not a known parameter/],
    [{ 'a/b': 'a' }, '/a~1b', /^is not a known parameter/],
    [{ name: ['a', 'b'] }, '/name', /^must be given once, as a string$/],
    [{ name: { deep: 'a' } }, '/name', /^must be given once, as a string$/],
    [{ tags: { deep: 'a' } }, '/tags', /^must be a string$/],
    [{ tags: ['a', { deep: 'b' }] }, '/tags', /^must be a string$/],
    [{ limit: '10x' }, '/limit', /^must be a whole number$/],
    [{ limit: '-1' }, '/limit', /^must be a whole number$/],
    [{ limit: '1e3' }, '/limit', /^must be a whole number$/],
    [{ limit: '1000000000' }, '/limit', /^must be a whole number$/],
    [{ limit: '' }, '/limit', /^must be a whole number$/],
  ])('%j are refused at %s', (query, pointer, message) => {
    expect(problemsOf(query)).toEqual([{ pointer, message: expect.stringMatching(message) }]);
  });

  it('are refused with all that is wrong', () => {
    expect(problemsOf({ limit: 'x', other: '1', name: 'a' })).toHaveLength(2);
  });
});

describe('the fields of an input as parameters', () => {
  class Wanted {
    @Input(taskIds(3), 'The tasks.')
    readonly ids?: readonly string[];
    @Input(texts, 'The tags.')
    readonly tags?: readonly string[];
    @Input(someOf({ name: 'Colour', values: ['red', 'blue'] }), 'The colours.')
    readonly colours?: readonly string[];
    @Input(countOf({ minimum: 1, maximum: 9, default: 2 }), 'How many.')
    readonly limit?: number;
    @Input(instant, 'Since when.')
    readonly since?: string;
    @Input(object(), 'Anything.')
    readonly anything?: object;
    @Input(fieldsOf(ChangeFilterFields, 'ChangeFilter'), 'Changes.')
    readonly changes?: object;
  }

  it('are read as their kinds are written', () => {
    const query = { ids: '1,2', tags: 'a,b', colours: 'red,blue', limit: '4', since: '2030-01-01T00:00:00Z' };
    expect(new QueryPipe(queryOf(Wanted)).transform(query)).toEqual({
      ids: ['1', '2'],
      tags: ['a,b'],
      colours: ['red', 'blue'],
      limit: 4,
      since: '2030-01-01T00:00:00Z',
    });
  });

  it('have the descriptions, choices and bounds of the input', () => {
    const { ids, colours, limit, since } = queryOf(Wanted);
    expect([ids, colours, limit, since]).toEqual([
      { kind: 'words', description: 'The tasks.' },
      { kind: 'words', description: 'The colours.', values: ['red', 'blue'] },
      { kind: 'number', description: 'How many.', bounds: { minimum: 1, maximum: 9, default: 2 } },
      { kind: 'text', description: 'Since when.', format: 'date-time' },
    ]);
  });

  it('leave out objects, which a query cannot hold', () => {
    expect(Object.keys(queryOf(Wanted))).toEqual(['ids', 'tags', 'colours', 'limit', 'since']);
  });
});
