import { describe, expect, it } from '@jest/globals';
import { checkScope, InvalidScopeError, scopeProblems } from '../../../lib/workflow/task.scope.check.js';

class Scope {
  get namespaces(): readonly string[] {
    return ['shop'];
  }
}

describe('a scope', () => {
  it.each([
    ['null', null],
    ['every task', {}],
    ['no task', { namespaces: [] }],
    ['an object without a prototype', Object.assign(Object.create(null), { namespaces: ['shop'] })],
    [
      'templates',
      {
        templates: [
          { namespace: 'shop', name: 'order' },
          { namespace: 'a', name: 'b', version: '1.0.0' },
        ],
      },
    ],
    ['all that a filter has', { namespaces: ['shop'], initiator: 'ann', tags: ['a'], contextPath: '$.a', states: [] }],
  ])('may be %s', (_, scope) => {
    expect(scopeProblems(scope)).toEqual([]);
    expect(() => checkScope(scope)).not.toThrow();
  });

  it.each([
    ['undefined', undefined, '', 'must be a plain object, or null for every task'],
    ['false', false, '', 'must be a plain object, or null for every task'],
    ['a list', ['shop'], '', 'must be a plain object, or null for every task'],
    ['an instance whose values are getters', new Scope(), '', 'must be a plain object, or null for every task'],
    ['a map', new Map([['namespaces', []]]), '', 'must be a plain object, or null for every task'],
    ['one name', { namespaces: 'shop' }, '/namespaces', 'must be a list of at most 1000 items'],
    ['a namespace without a name', { namespaces: [null] }, '/namespaces/0', 'must be a string'],
    ['too many', { namespaces: Array(1_001).fill('a') }, '/namespaces', 'must be a list of at most 1000 items'],
    ['a missing value', { initiator: undefined }, '/initiator', 'must not be undefined; omit it to permit all'],
    ['no tags', { tags: [] }, '/tags', 'must not be empty, because every task would match'],
    ['no text', { text: '' }, '/text', 'must not be empty, because every task would match'],
    ['a template as text', { templates: ['order'] }, '/templates/0', 'must be a plain object'],
    ['a template without a name', { templates: [{ namespace: 'shop' }] }, '/templates/0/name', 'is required'],
    [
      'a version that is missing',
      { templates: [{ namespace: 'shop', name: 'order', version: undefined }] },
      '/templates/0/version',
      'must not be undefined; omit it to permit all',
    ],
    [
      'a field that templates do not have',
      { templates: [{ namespace: 'shop', name: 'order', tags: [] }] },
      '/templates/0/tags',
      'is not a known field; known: namespace, name, version',
    ],
    ['what a filter refuses', { states: ['done'] }, '/states', expect.stringContaining('must be a list of')],
    ['an unknown field', { tenant: 1 }, '/tenant', expect.stringMatching(/ids, namespace, .*, namespaces, templates/)],
  ])('is refused if it is or has %s', (_, scope, pointer, message) => {
    expect(scopeProblems(scope)).toContainEqual({ pointer, message });
    expect(() => checkScope(scope)).toThrow(InvalidScopeError);
  });
});
