import { describe, expect, it } from '@jest/globals';
import { cursorsOf, linksOf } from '../../../lib/rest/page.links.js';

const AROUND = { next: 'n/1', previous: 'p=1' };

describe('the links of a page', () => {
  it('have the cursor of the other page in place of its own, and everything else that was asked', () => {
    for (const own of ['after=x', 'before=x']) {
      expect(linksOf(`tags=a&${own}&tags=b%20c&limit=2`, AROUND)).toBe(
        '<?tags=a&tags=b+c&limit=2&after=n%2F1>; rel="next", <?tags=a&tags=b+c&limit=2&before=p%3D1>; rel="prev"',
      );
    }
  });

  it('are those that there are', () => {
    expect(linksOf('', { ...AROUND, next: null })).toBe('<?before=p%3D1>; rel="prev"');
    expect(linksOf('', { next: null, previous: null })).toBe('');
  });
});

describe('the cursors of a page', () => {
  const items = ['a', 'b', 'c'].map((cursor) => ({ cursor }));

  it('are its last and its first, where something comes after and before', () => {
    expect(cursorsOf({ items, hasNext: true, hasPrevious: true })).toEqual({ next: 'c', previous: 'a' });
    expect(cursorsOf({ items, hasNext: false, hasPrevious: false })).toEqual({ next: null, previous: null });
    expect(cursorsOf({ items: [], hasNext: true, hasPrevious: true })).toEqual({ next: null, previous: null });
  });
});
