import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UnreadableSensitiveDataError } from '../../../lib/protection/protection.errors.js';
import { seal, unseal, type DocumentPlace } from '../../../lib/protection/sealed.content.js';
import { anyCharacter } from '../../support/any.character.js';

const key = { id: 'k1', secret: randomBytes(32) };
const place: DocumentPlace = ['shop', 'order', 'context'];
const text = '[[["email"],"bo@example.org"]]';

const readable = (content: Buffer, at = place, by = key): string | null => {
  try {
    return unseal(content, by, at);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableSensitiveDataError);
    expect((error as Error).message).not.toContain('example.org');
    return null;
  }
};

describe('sealed content', () => {
  it('is read with its key at its place, whatever the text', () => {
    const anyText = fc.string({ unit: anyCharacter });
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (content, ...at) => {
        expect(unseal(seal(content, key, at), key, at)).toBe(content);
      }),
    );
  });

  it('has nothing of the text in it, and is another each time', () => {
    const contents = Array.from({ length: 50 }, () => seal(text, key, place));
    expect(new Set(contents.map((content) => content.toString('hex'))).size).toBe(50);
    expect(new Set(contents.map((content) => content.subarray(0, 12).toString('hex'))).size).toBe(50);
    for (const content of contents) expect(content.includes('example')).toBe(false);
  });

  it('cannot be read if any bit of it was changed', () => {
    const content = seal(text, key, place);
    for (let bit = 0; bit < content.length * 8; bit++) {
      const changed = Buffer.from(content);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect([bit, readable(changed)]).toEqual([bit, null]);
    }
  });

  it.each([text, ''])('cannot be read if it was shortened or lengthened (%j)', (whole) => {
    const content = seal(whole, key, place);
    for (let length = 0; length < content.length; length++) {
      expect([length, readable(content.subarray(0, length))]).toEqual([length, null]);
    }
    expect(readable(Buffer.concat([content, Buffer.from([0])]))).toBeNull();
    expect(readable(content)).toBe(whole);
  });

  it('cannot be read with another key of the same id', () => {
    expect(readable(seal(text, key, place), place, { ...key, secret: randomBytes(32) })).toBeNull();
  });

  it.each<DocumentPlace>([
    ['shop', 'order', 'results/context'],
    ['shop', 'refund', 'context'],
    ['other', 'order', 'context'],
    ['shopo', 'rder', 'context'],
    ['shop', 'ordercontext', ''],
    ['', 'shoporder', 'context'],
    ['shop/order', '', 'context'],
  ])('cannot be read in another place (%s, %s, %s)', (...other) => {
    expect(readable(seal(text, key, place), other)).toBeNull();
  });

  it('names its key and place if it cannot be read', () => {
    expect(() => unseal(Buffer.alloc(40), key, place)).toThrow(
      'The sensitive values of shop/order/context cannot be read: they were changed in the database, or the key "k1" is ' +
        'another one than when they were stored.',
    );
  });
});
