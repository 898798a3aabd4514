import { describe, expect, it } from '@jest/globals';
import { ExpiringMap } from '../../../lib/rate-limits/expiring.map.js';

describe('values that expire', () => {
  it('never become more than so many', () => {
    const map = new ExpiringMap<number>(100);
    for (let key = 0; key < 10_000; key++) map.set(`caller ${key}`, key, Infinity);
    expect(map.size).toBe(100);
    expect(map.get('caller 9900', 0)?.value).toBe(9_900);
    expect(map.get('caller 9899', 0)).toBeUndefined();
  });

  it('are as young as they were last set, and as old when they are replaced', () => {
    const map = new ExpiringMap<string>(2);
    map.set('a', 'old', 10);
    map.set('b', 'old', 10);
    map.set('a', 'new', 20);
    map.replace('b', 'changed');
    expect(map.get('b', 9)).toEqual({ value: 'changed', endsAtMs: 10 });
    map.set('c', 'new', 20);
    expect(['a', 'b', 'c'].map((key) => map.get(key, 9)?.value)).toEqual(['new', undefined, 'new']);
    expect(map.get('a', 20)).toBeUndefined();
  });
});
