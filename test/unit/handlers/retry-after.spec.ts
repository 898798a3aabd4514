import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterSeconds } from '../../../lib/handlers/retry-after.js';
import { anyCharacter } from '../../support/any.character.js';

const NOW = new Date('2026-03-01T12:00:00.500Z');

describe('a header Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    [' 7 ', 7],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['Sun, 01 Mar 2026 12:01:00 GMT', 60],
    ['Sunday, 01-Mar-26 12:01:00 GMT', 60],
    ['Sun Mar  1 12:01:00 2026', 60],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 1],
    ['Sun, 01 Mar 2026 12:00:00 GMT', 1],
  ])('that says "%s" means %d seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, NOW)).toBe(seconds);
  });

  it.each([
    [null],
    [undefined],
    [''],
    ['soon'],
    ['-5'],
    ['1.5'],
    ['1e3'],
    ['12, 13'],
    ['2026-03-01T12:01:00Z'],
    ['Sun, 99 Mar 2026 12:01:00 GMT'],
    ['Sun, 01 Foo 2026 12:01:00 GMT'],
  ])('that says "%s" means nothing', (header) => {
    expect(retryAfterSeconds(header, NOW)).toBeNull();
  });

  it('gives seconds or null for any text, and never throws', () => {
    const nearDate = fc.stringMatching(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/);
    const text = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), fc.stringMatching(/^\d+$/), nearDate);
    fc.assert(
      fc.property(fc.option(text), fc.date({ noInvalidDate: false }), (header, now) => {
        const seconds = retryAfterSeconds(header, now);
        expect(seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });

  it('that holds a date in the future ends at that date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        const now = new Date('2026-03-01T12:00:00Z');
        const at = new Date(now.getTime() + seconds * 1_000);
        expect(retryAfterSeconds(at.toUTCString(), now)).toBe(seconds);
      }),
    );
  });
});
