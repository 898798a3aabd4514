import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { readAsRuby } from '../../../lib/cli/rails/ruby.scalars.js';

/** The value in Ruby, and what is said about it. */
function read(source: string): readonly [value: unknown, notes: readonly string[]] {
  const document = parseDocument(`value: ${source}\n`);
  const notes: string[] = [];
  readAsRuby(document, (_kind, _node, text) => notes.push(text));
  return [(document.toJS() as { value: unknown }).value, notes];
}

describe('a value as Ruby reads it', () => {
  it.each<[string, unknown]>([
    ['yes', true],
    ['On', true],
    ['no', false],
    ['OFF', false],
    ['1_000_000', 1_000_000],
    ['-1_0', -10],
    ['0755', 493],
    ['-010', -8],
  ])('%s is %s, which is said', (source, value) => {
    expect(read(source)).toEqual([value, [`${source} is ${String(value)}, as Ruby reads it.`]]);
  });

  it.each<[string, unknown]>([
    ['"no"', 'no'],
    ["'0755'", '0755'],
    ['nothing', 'nothing'],
    ['true', true],
    ['0', 0],
    ['10', 10],
    ['0.5', 0.5],
  ])('%s stays %s', (source, value) => {
    expect(read(source)).toEqual([value, []]);
  });

  it('is not that of a key', () => {
    const document = parseDocument('no: 1\n');
    readAsRuby(document, () => undefined);
    expect(document.toJS()).toEqual({ no: 1 });
  });
});
