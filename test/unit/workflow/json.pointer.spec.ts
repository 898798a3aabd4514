import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pointerTo, segmentsOf } from '../../../lib/workflow/json.pointer.js';

describe('a JSON pointer', () => {
  it('has the slashes and tildes of its segments escaped', () => {
    expect(pointerTo('a/b~c~1', 2)).toBe('/a~1b~0c~01/2');
    expect(segmentsOf('/a~1b~0c~01/2')).toEqual(['a/b~c~1', '2']);
  });

  it('to the whole value is empty', () => {
    expect(pointerTo()).toBe('');
    expect(segmentsOf('')).toEqual([]);
  });

  it('leads back to the segments that it was made of', () => {
    fc.assert(fc.property(fc.array(fc.string()), (path) => expect(segmentsOf(pointerTo(...path))).toEqual(path)));
  });
});
