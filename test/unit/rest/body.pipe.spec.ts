import { describe, expect, it } from '@jest/globals';
import { BodyPipe } from '../../../lib/rest/body.pipe.js';
import { StartTaskDto } from '../../../lib/rest/start-task.dto.js';

const pipe = new BodyPipe(StartTaskDto);

/** As it comes out of the parser, with whatever keys it has. */
const check = (json: string): Promise<StartTaskDto> => pipe.transform(JSON.parse(json));

describe('the body of a start request', () => {
  it('passes with all its fields', async () => {
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
    await expect(pipe.transform(body)).resolves.toEqual(body);
  });

  it('passes with the name alone, and nothing is added', async () => {
    const body = await check('{ "name": "order" }');
    expect(Object.keys(body)).toEqual(['name']);
  });

  it('is refused with every problem at its place', async () => {
    const checked = check('{ "context": [1], "tags": ["a", 1], "priority": 1.5, "source_system": "web" }');
    await expect(checked).rejects.toMatchObject({
      code: 'TASKER_INVALID_BODY',
      httpStatus: 400,
      problems: expect.arrayContaining([
        {
          pointer: '/source_system',
          message: expect.stringMatching(/^is not a known field; known: name, .*sourceSystem/),
        },
        { pointer: '/name', message: 'must be a string' },
        { pointer: '/context', message: 'must be an object' },
        { pointer: '/tags', message: 'each value in tags must be a string' },
        { pointer: '/priority', message: 'must be an integer number' },
      ]),
    });
  });

  it.each([['null'], ['[]'], ['"name"'], ['17']])('is refused when it is %s', async (json) => {
    await expect(check(json)).rejects.toMatchObject({ problems: [{ pointer: '', message: expect.any(String) }] });
  });

  it('is refused when there is none', async () => {
    await expect(pipe.transform(undefined)).rejects.toMatchObject({ code: 'TASKER_INVALID_BODY' });
  });

  it.each([['__proto__'], ['constructor'], ['toString'], ['a/b~c']])('cannot smuggle in %s', async (key) => {
    await expect(check(`{ "name": "order", "${key}": { "name": 1 } }`)).rejects.toMatchObject({
      problems: [{ pointer: `/${key.replace('~', '~0').replace('/', '~1')}` }],
    });
  });

  it('may hold a context nested deeper than a stack is', async () => {
    const depth = 100_000;
    const body = await check(`{ "name": "order", "context": { "a": ${'['.repeat(depth)}${']'.repeat(depth)} } }`);
    expect(body.name).toBe('order');
  });
});
