import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findJsonFault, storableText } from '../../../lib/workflow/json.check.js';
import { segmentsOf } from '../../../lib/workflow/json.pointer.js';
import { anyCharacter } from '../../support/any.character.js';

const nested = (levels: number): unknown => {
  let value: unknown = 'core';
  for (let level = 0; level < levels; level++) value = { in: value };
  return value;
};

class Total {
  readonly amount = 3;
}

class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  get euros(): number {
    return this.#cents / 100;
  }
}

function* aGenerator(): Generator<number> {
  yield 1;
}

async function* anAsyncGenerator(): AsyncGenerator<number> {
  yield await Promise.resolve(1);
}

describe('a value on its way into jsonb', () => {
  it('has no fault when JSON can hold it', () => {
    const storable = fc.jsonValue({ stringUnit: anyCharacter }).filter((value) => {
      const text = JSON.stringify(value);
      return !/\\u0000|\\ud[89a-f]/i.test(text);
    });
    fc.assert(fc.property(storable, (value) => expect(findJsonFault(value)).toBeNull()));
  });

  it.each([
    ['an undefined property', { gone: undefined }],
    ['undefined itself', undefined],
    ['an instance of a class', new Total()],
    ['an object without a prototype', Object.create(null)],
    ['an object of another realm', runInNewContext('({ a: [1] })')],
    ['as many levels as allowed', nested(512)],
  ])('has no fault when it is or has %s', (_, value) => {
    expect(findJsonFault(value)).toBeNull();
  });

  it.each([
    ['a Date', { at: new Date(0) }],
    ['a value with toJSON', { total: { toJSON: () => '12.50' } }],
  ])('has no fault for %s, where its own form may stand for it', (_, value) => {
    expect(findJsonFault(value, 'own')).toBeNull();
    expect(findJsonFault(value)).not.toBeNull();
  });

  it('has a fault for a Date that is none, there too: JSON would make null of it', () => {
    expect(findJsonFault({ at: new Date(NaN) }, 'own')).toEqual({ pointer: '/at', what: 'an invalid Date' });
  });

  it.each<[string, unknown, string, string]>([
    ['a function', { list: [0, () => 1] }, '/list/1', 'a function'],
    ['a BigInt', 1n, '', 'a bigint'],
    ['a symbol', [Symbol('x')], '/0', 'a symbol'],
    ['NaN', { ratio: Number.NaN }, '/ratio', 'NaN'],
    ['infinity', { ratio: -Infinity }, '/ratio', '-Infinity'],
    ['a Map', { byId: new Map() }, '/byId', 'a Map'],
    ['a Set', new Set(), '', 'a Set'],
    ['a promise', { later: Promise.resolve() }, '/later', 'a Promise'],
    ['a regular expression', { like: /x/ }, '/like', 'a RegExp'],
    ['an error', { why: new TypeError('x') }, '/why', 'a TypeError'],
    ['bytes', { raw: new ArrayBuffer(1) }, '/raw', 'an ArrayBuffer'],
    ['a Buffer', { raw: Buffer.from('x') }, '/raw', 'a Buffer'],
    ['numbers in an array of their own', { raw: new Float64Array(1) }, '/raw', 'a Float64Array'],
    ['a Date', { at: new Date(0) }, '/at', 'a Date'],
    ['a Date that is none', { at: new Date(NaN) }, '/at', 'an invalid Date'],
    ['a value with toJSON', { total: { toJSON: () => '12.50' } }, '/total', 'an object with a toJSON'],
    ['an answer of fetch', new Response('{}'), '', 'a Response'],
    ['what a generator gives', aGenerator(), '', 'a Generator'],
    ['what an async generator gives', anAsyncGenerator(), '', 'an AsyncGenerator'],
    ['parameters of a URL', new URLSearchParams('a=b'), '', 'a URLSearchParams'],
    [
      'an instance that keeps everything to itself',
      { price: new Money(5) },
      '/price',
      'a Money without visible properties',
    ],
    ['an object of another realm that JSON would empty', runInNewContext('new Map([[1, 2]])'), '', 'a Map'],
    ['a NUL character', { text: 'a\0b' }, '/text', 'NUL'],
    ['half a surrogate pair', ['\ud800'], '/0', 'not well-formed'],
    ['a bad key', { deep: { 'a\0': 1 } }, '/deep', 'NUL'],
    ['one level too many', nested(513), '/in'.repeat(513), 'deeper than 512'],
  ])('has a fault with its place when it holds %s', (_, value, pointer, what) => {
    expect(findJsonFault(value)).toEqual({ pointer, what: expect.stringContaining(what) });
  });

  it('has a fault when it holds itself', () => {
    const round: { self?: unknown } = {};
    round.self = { list: [round] };
    expect(findJsonFault(round)).toMatchObject({ what: expect.stringContaining('a cycle') });
  });

  it('has its first fault told, by a pointer that leads to it', () => {
    const key = fc.string().filter((text) => text.isWellFormed() && !text.includes('\0') && text !== '__proto__');
    fc.assert(
      fc.property(fc.array(key, { maxLength: 8 }), (path) => {
        const value = path.reduceRight<unknown>((inner, name) => ({ before: 1, [name]: inner }), 1n);
        const fault = findJsonFault(value)!;
        expect(fault.what).toBe('a bigint');
        expect(segmentsOf(fault.pointer)).toEqual(path);
      }),
    );
  });
});

describe('text made storable', () => {
  it('loses NUL characters, halves of surrogate pairs and what is too long', () => {
    expect(storableText('nul \0 and \ud800 half', 100)).toBe('nul  and \ufffd half');
    expect(storableText('abcdef', 3)).toBe('abc');
    expect(storableText('ab👋', 3)).toBe('ab\ufffd');
  });

  it('has no fault any more, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.nat({ max: 20 }), (text, maxLength) => {
        const stored = storableText(text, maxLength);
        expect(findJsonFault(stored)).toBeNull();
        expect(stored.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  it('stays as it is when it is fit and short enough', () => {
    const fit = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(fc.property(fit, (text) => expect(storableText(text, 10_000)).toBe(text)));
  });
});
