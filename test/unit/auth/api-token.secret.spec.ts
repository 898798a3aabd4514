import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  hashOf,
  isSecretOf,
  isTokenId,
  newTokenId,
  newTokenSecret,
  partsOfToken,
  tokenText,
} from '../../../lib/auth/tokens/api-token.secret.js';

const ID = '6vBz0qLk3XaP';
const SECRET = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V';

describe('the text of a token', () => {
  it('has an id and a secret', () => {
    expect(tokenText({ id: ID, secret: SECRET })).toBe(`tsk_${ID}_${SECRET}`);
    expect(partsOfToken(`tsk_${ID}_${SECRET}`)).toEqual({ id: ID, secret: SECRET });
  });

  it.each([
    ['nothing', ''],
    ['another prefix', `tok_${ID}_${SECRET}`],
    ['capitals', `TSK_${ID}_${SECRET}`],
    ['no secret', `tsk_${ID}`],
    ['an empty secret', `tsk_${ID}_`],
    ['a shorter id', `tsk_${ID.slice(1)}_${SECRET}`],
    ['a longer id', `tsk_${ID}0_${SECRET}`],
    ['a shorter secret', `tsk_${ID}_${SECRET.slice(1)}`],
    ['a longer secret', `tsk_${ID}_${SECRET}0`],
    ['another alphabet', `tsk_${ID}_${SECRET.slice(1)}-`],
    ['letters that are not Latin', `tsk_${ID}_${SECRET.slice(1)}ı`],
    ['text before it', ` tsk_${ID}_${SECRET}`],
    ['text after it', `tsk_${ID}_${SECRET}\n`],
    ['a third part', `tsk_${ID}_${SECRET}_0`],
  ])('is none with %s', (_, text) => {
    expect(partsOfToken(text)).toBeNull();
  });

  it('is random in all of its characters, which are those of base62', () => {
    const made = Array.from({ length: 500 }, () => tokenText({ id: newTokenId(), secret: newTokenSecret() }));
    expect(made.every((text) => partsOfToken(text) !== null)).toBe(true);
    const seen = Array.from({ length: 60 }, (_, at) => new Set(made.map((text) => text[at])).size);
    const random = [...seen.slice(4, 16), ...seen.slice(17)];
    expect(random).toHaveLength(55);
    expect(Math.min(...random)).toBeGreaterThan(55); // of 62; fewer have a probability of less than one in a billion
  });
});

describe('an id', () => {
  it.each([
    [ID, true],
    ['', false],
    [`${ID}0`, false],
    [`${ID.slice(1)}\0`, false],
    [`${ID}\n`, false],
  ])('is %j: %s', (text, expected) => {
    expect(isTokenId(text)).toBe(expected);
  });
});

describe('a secret', () => {
  const hex = (secret: string): string => createHash('sha256').update(secret).digest('hex');
  const OTHER = SECRET.replace('a', 'b');

  it('is stored as its SHA-256', () => {
    expect(hashOf(SECRET).toString('hex')).toBe(hex(SECRET));
  });

  it.each<[string, Parameters<typeof isSecretOf>[1], boolean]>([
    ['the present one', { secretHash: hex(SECRET), previousHash: null }, true],
    ['the previous one', { secretHash: hex(OTHER), previousHash: hex(SECRET) }, true],
    ['neither', { secretHash: hex(OTHER), previousHash: hex(OTHER) }, false],
    ['compared with the secret itself', { secretHash: SECRET, previousHash: null }, false],
    ['compared with part of its digest', { secretHash: hex(SECRET).slice(0, 62), previousHash: null }, false],
    ['compared with nothing', { secretHash: '', previousHash: '' }, false],
    ['of an unknown token', null, false],
  ])('%s', (_, token, expected) => {
    expect(isSecretOf(SECRET, token)).toBe(expected);
  });
});
