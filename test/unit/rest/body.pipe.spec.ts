import { describe, expect, it } from '@jest/globals';
import { StartTaskInput } from '../../../lib/api/inputs.js';
import { ChangeTaskInput, RetryInput } from '../../../lib/engine/tasks/task.action.js';
import { BodyPipe } from '../../../lib/rest/body.pipe.js';
import { InvalidBodyError } from '../../../lib/rest/rest.errors.js';

const pipe = new BodyPipe(StartTaskInput, { checksValues: true });

/** As it comes out of the parser, with whatever keys it has. */
const check = (json: string): StartTaskInput => pipe.transform(JSON.parse(json));

function refusalOf(json: string): unknown {
  try {
    return check(json);
  } catch (error) {
    return error;
  }
}

describe('the body of a start request', () => {
  it('passes with all its fields', () => {
    const body = {
      namespace: 'shop',
      name: 'order',
      version: 'latest',
      context: { deep: { list: [1, null] } },
      initiator: 'pete',
      sourceSystem: 'web',
      reason: 'because',
      tags: ['a'],
      priority: -3,
    };
    expect(pipe.transform(body)).toEqual(body);
  });

  it('passes with the name alone, and nothing is added', () => {
    const body = check('{ "name": "order" }');
    expect(Object.keys(body)).toEqual(['name']);
  });

  it('is refused with every problem at its place', () => {
    const checked = refusalOf('{ "context": [1], "tags": ["a", 1], "priority": 1.5, "source_system": "web" }');
    expect(checked).toMatchObject({
      code: 'TASKER_INVALID_BODY',
      httpStatus: 400,
      problems: expect.arrayContaining([
        {
          pointer: '/source_system',
          message: expect.stringMatching(/^is not a known field; known: name, .*sourceSystem/),
        },
        { pointer: '/name', message: 'is required' },
        { pointer: '/context', message: 'must be an object' },
        { pointer: '/tags/1', message: 'must be a string' },
        { pointer: '/priority', message: expect.stringContaining('must be a whole number') },
      ]),
    });
  });

  it.each([['null'], ['[]'], ['"name"'], ['17']])('is refused when it is %s', (json) => {
    expect(refusalOf(json)).toMatchObject({ problems: [{ pointer: '', message: expect.any(String) }] });
  });

  it('is refused when there is none', () => {
    expect(() => pipe.transform(undefined)).toThrow(InvalidBodyError);
  });

  it.each([['__proto__'], ['constructor'], ['toString'], ['a/b~c']])('cannot smuggle in %s', (key) => {
    expect(refusalOf(`{ "name": "order", "${key}": { "name": 1 } }`)).toMatchObject({
      problems: [{ pointer: `/${key.replace('~', '~0').replace('/', '~1')}` }],
    });
  });

  it('may hold a context nested deeper than a stack is', () => {
    const depth = 100_000;
    const body = check(`{ "name": "order", "context": { "a": ${'['.repeat(depth)}${']'.repeat(depth)} } }`);
    expect(body.name).toBe('order');
  });

  it.each([
    ['a list that is none', '"tags": "a"', { pointer: '/tags', message: 'must be a list of strings' }],
    ['a switch that is a text', '"retained": "yes"', { pointer: '/retained', message: 'must be true or false' }],
    ['an object that is a text', '"context": "a"', { pointer: '/context', message: 'must be an object' }],
  ])('is refused for %s', (_, field, problem) => {
    expect(refusalOf(`{ "name": "order", ${field} }`)).toMatchObject({ problems: [problem] });
  });

  it('may say null for what it may omit, and for what can be null', () => {
    expect(check('{ "name": "order", "priority": null, "tags": null }')).toEqual({ name: 'order' });
    const change = new BodyPipe(ChangeTaskInput, { checksValues: true });
    expect(change.transform({ priority: null, tags: null })).toEqual({ priority: null });
    expect(refusalOf('{ "name": null }')).toMatchObject({ problems: [{ pointer: '/name' }] });
  });

  it('knows the fields of the body that its class extends, its own first', () => {
    const retry = new BodyPipe(RetryInput, { isOptional: true });
    expect(retry.transform({ attempts: 2, actor: 'pete' })).toEqual({ attempts: 2, actor: 'pete' });
    expect(() => retry.transform({ tries: 2 })).toThrow('known: attempts, actor, reason');
  });
});
