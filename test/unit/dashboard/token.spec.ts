import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';

interface Kept {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}
const { headersOf, keepToken, keptToken } = (await import(
  join(import.meta.dirname, '../../../lib/dashboard/token.js')
)) as {
  headersOf(storage: Kept): object;
  keepToken(storage: Kept, text: string): void;
  keptToken(storage: Kept): string;
};

describe('the token of the dashboard', () => {
  let items: Map<string, string>;
  let storage: Kept;
  beforeEach(() => {
    items = new Map();
    storage = {
      getItem: (name: string) => items.get(name) ?? null,
      setItem: (name: string, value: string) => void items.set(name, value),
      removeItem: (name: string) => void items.delete(name),
    };
  });

  it('is sent with each request, as it was entered', () => {
    keepToken(storage, ' abc.def ');
    expect([keptToken(storage), headersOf(storage)]).toEqual(['abc.def', { authorization: 'Bearer abc.def' }]);
  });

  it.each(['Bearer abc', 'bearer  abc', 'Authorization: Bearer abc'])('may be pasted as a header: %s', (text) => {
    keepToken(storage, text);
    expect(headersOf(storage)).toEqual({ authorization: 'Bearer abc' });
  });

  it('is forgotten when nothing is entered, and then nothing is sent', () => {
    keepToken(storage, 'abc');
    keepToken(storage, ' ');
    expect([keptToken(storage), headersOf(storage), items.size]).toEqual(['', {}, 0]);
  });
});
