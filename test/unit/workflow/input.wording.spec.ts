import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  isUnknownField,
  mustBeBetween,
  mustBeListOf,
  mustBeListOfSome,
  mustBeOneOf,
  mustHaveAtMost,
} from '../../../lib/workflow/input.wording.js';

const LIB = join(import.meta.dirname, '../../../lib');

describe('the wording of bad input', () => {
  it('names the known fields, and the one that was probably meant', () => {
    expect(isUnknownField('sattes', ['states', 'ids'])).toBe(
      'is not a known field; known: states, ids. Did you mean "states"?',
    );
    expect(isUnknownField('x', [], 'option')).toBe('is not a known option; known: none');
  });

  it('names what is allowed', () => {
    expect(mustBeOneOf(['a', 'b'])).toBe('must be one of a, b');
    expect(mustBeListOf('strings')).toBe('must be a list of strings');
    expect(mustBeListOfSome(['a', 'b'])).toBe('must be a list of some of a, b');
    expect(mustBeBetween(1, 9, 'a whole number')).toBe('must be a whole number from 1 to 9');
    expect(mustHaveAtMost(1, 'character')).toBe('must have at most 1 character');
    expect(mustHaveAtMost(2, 'character')).toBe('must have at most 2 characters');
  });
});

/** Made by hand, they would drift apart again. */
describe('no other file of lib', () => {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('input.wording.ts') && !file.endsWith('json.pointer.ts'),
  );

  it.each([
    ['words an unknown field', /['`}] ?is (not (a )?known|no (known|filter|option|field|parameter))/],
    ['words a boolean', /must be (true or false|a boolean)/],
    ['words a wrong type', /['`]must be an? (string|object|list|array|number|boolean|whole number)\b/],
    ['words an option among several', /must be one of/],
    ['words a text that is too long', /must have at most/],
    ['escapes a JSON pointer', /~[01]/],
  ])('%s', (_, wording) => {
    expect(files.filter((file) => wording.test(readFileSync(join(LIB, file), 'utf8')))).toEqual([]);
  });
});
