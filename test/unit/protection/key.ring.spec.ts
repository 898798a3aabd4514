import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeyRing } from '../../../lib/protection/key.ring.js';
import { DataKeyUnavailableError, InvalidDataKeyError } from '../../../lib/protection/protection.errors.js';
import type { DataKey, DataKeyProvider } from '../../../lib/options/sensitive-data.options.js';
import { aGate, eventually } from '../../support/eventually.js';

const SECRET = randomBytes(32).toString('hex').slice(0, 32);
const aKey = (id: string): DataKey => ({ id, secret: Buffer.from(SECRET) });

let passed = 0;
let logged: unknown[][] = [];
const rings: KeyRing[] = [];

beforeEach(() => {
  passed = 0;
  logged = [];
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  jest.spyOn(Logger.prototype, 'error').mockImplementation((...args: unknown[]) => void logged.push(args));
});
afterEach(() => {
  for (const ring of rings.splice(0)) ring.onModuleDestroy();
  jest.restoreAllMocks();
});

class Provider implements DataKeyProvider {
  readonly asked: string[] = [];
  answer: () => unknown = () => aKey('k1');
  keys: Record<string, unknown> = { k1: aKey('k1'), old: aKey('old') };
  current(): DataKey {
    this.asked.push('current');
    return this.answer() as DataKey;
  }
  find(id: string): DataKey | null | Promise<DataKey | null> {
    this.asked.push(id);
    return this.keys[id] as DataKey;
  }
}

const ringOf = async (provider: DataKeyProvider | null): Promise<KeyRing> => {
  const ring = new KeyRing({ sensitiveData: { keys: provider, subjectSecret: null } });
  await ring.onModuleInit();
  rings.push(ring);
  return ring;
};

const fail = (): never => {
  throw new Error('no route to the key service');
};

describe('the current key', () => {
  it('is read at start, and not again within a minute', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    passed = 59_000;
    expect([ring.current?.id, ring.current?.id]).toEqual(['k1', 'k1']);
    expect(await ring.find('k1')).toBe(ring.current);
    expect(provider.asked).toEqual(['current']);
  });

  it('is another one soon after it was changed, read once for all who ask', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    provider.answer = () => aKey('k2');
    passed = 61_000;
    expect([ring.current?.id, ring.current?.id]).toEqual(['k1', 'k1']);
    await eventually(() => expect(ring.current?.id).toBe('k2'));
    expect(provider.asked).toEqual(['current', 'current']);
    expect((await ring.find('k1'))?.id).toBe('k1');
    expect((await ring.find('k2'))?.id).toBe('k2');
    expect(provider.asked).toEqual(['current', 'current']);
  });

  it('is read again every minute, although nobody asks for it, until the process ends', async () => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    try {
      const provider = new Provider();
      const ring = await ringOf(provider);
      for (const minutes of [1, 2, 3]) {
        passed = minutes * 60_000;
        await jest.advanceTimersByTimeAsync(60_000);
        expect(provider.asked).toHaveLength(1 + minutes);
      }
      ring.onModuleDestroy();
      passed = 240_000;
      await jest.advanceTimersByTimeAsync(60_000);
      expect(provider.asked).toHaveLength(4);
    } finally {
      jest.useRealTimers();
    }
  });

  it('remains in use if it cannot be read again, which is logged and tried a minute later', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    provider.answer = fail;
    passed = 61_000;
    expect(ring.current?.id).toBe('k1');
    await eventually(() => expect(logged).toHaveLength(1));
    expect(logged[0]![0]).toBe('The current key cannot be read again; the last one remains in use.');
    expect(logged[0]![1]).toContain('no route to the key service');
    expect(ring.current?.id).toBe('k1');
    expect(provider.asked).toHaveLength(2);
    provider.answer = () => aKey('k2');
    passed = 122_000;
    expect(ring.current?.id).toBe('k1');
    await eventually(() => expect(ring.current?.id).toBe('k2'));
    expect(logged).toHaveLength(1);
  });

  it('remains in use if the provider answers with something else', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    provider.answer = () => ({ id: 'k2', secret: SECRET.slice(1) });
    passed = 61_000;
    expect(ring.current?.id).toBe('k1');
    await eventually(() => expect(logged).toHaveLength(1));
    expect(ring.current?.id).toBe('k1');
    expect(JSON.stringify(logged)).not.toContain(SECRET.slice(1));
  });

  it('is required at start', async () => {
    const provider = new Provider();
    provider.answer = fail;
    await expect(ringOf(provider)).rejects.toThrow(DataKeyUnavailableError);
    await expect(ringOf(provider)).rejects.toMatchObject({
      reason: expect.stringMatching(/^The current key of sensitive data cannot be read: .*no route/s),
    });
  });

  it('is not waited for without end', async () => {
    const provider = new Provider();
    provider.find = () => new Promise(() => undefined);
    const ring = await ringOf(provider);
    jest.useFakeTimers({ doNotFake: ['performance'] });
    try {
      const asked = ring.find('old').catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(10_000);
      expect(await asked).toBeInstanceOf(DataKeyUnavailableError);
      expect(await asked).toMatchObject({ reason: expect.stringContaining('has not answered within 10 s') });
    } finally {
      jest.useRealTimers();
    }
    provider.find = () => aKey('old');
    expect(await ring.find('old')).toMatchObject({ id: 'old' });
  });

  it('is none without a provider', async () => {
    const ring = await ringOf(null);
    expect(ring.current).toBeNull();
    expect(await ring.find('k1')).toBeNull();
  });
});

describe('something that is no key', () => {
  const odd: readonly unknown[] = [
    undefined,
    null,
    SECRET,
    {},
    { id: '', secret: Buffer.from(SECRET) },
    { id: 'k'.repeat(129), secret: Buffer.from(SECRET) },
    { id: 7, secret: Buffer.from(SECRET) },
    { id: 'k1' },
    { id: 'k1', secret: SECRET },
    { id: 'k1', secret: [...Buffer.from(SECRET)] },
    { id: 'k1', secret: Buffer.from(SECRET).subarray(1) },
    { id: 'k1', secret: { length: 32 } },
  ];

  it.each(odd)('is refused at start, without being quoted: %j', async (answer) => {
    const provider = new Provider();
    provider.answer = () => answer;
    const refused = await ringOf(provider).catch((error: unknown) => error as Error);
    expect(refused).toBeInstanceOf(InvalidDataKeyError);
    expect((refused as Error).message).toContain('answered current() with something else than a key');
    expect((refused as Error).message).not.toContain(SECRET.slice(1));
  });

  it.each(odd.slice(2))('is refused when it is searched for: %j', async (answer) => {
    const provider = new Provider();
    provider.answer = () => aKey('k2');
    const ring = await ringOf(provider);
    provider.keys = { k1: answer };
    await expect(ring.find('k1')).rejects.toThrow('answered find("k1") with something else than a key');
    provider.keys = { k1: aKey('k1') };
    expect((await ring.find('k1'))?.id).toBe('k1');
  });

  it('is a key with another id than the one searched for', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    provider.keys = { old: aKey('k1') };
    await expect(ring.find('old')).rejects.toThrow(InvalidDataKeyError);
  });
});

describe('a key that is searched for', () => {
  it('is asked for once, also by many at the same time, and kept', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    const gate = aGate<DataKey>();
    provider.keys = { old: gate.passed };
    const found = Array.from({ length: 20 }, () => ring.find('old'));
    gate.open(aKey('old'));
    expect(new Set(await Promise.all(found)).size).toBe(1);
    await ring.find('old');
    expect(provider.asked).toEqual(['current', 'old']);
  });

  it.each([null, undefined])('may be unknown, and be added later (%s)', async (none) => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    provider.keys = { old: none };
    expect(await ring.find('old')).toBeNull();
    provider.keys = { old: aKey('old') };
    expect((await ring.find('old'))?.id).toBe('old');
  });

  it('is asked for again after an outage, of which all who waited hear', async () => {
    const provider = new Provider();
    const ring = await ringOf(provider);
    provider.keys = { old: Promise.reject(new Error('no route')) };
    const results = await Promise.allSettled([ring.find('old'), ring.find('old')]);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'TASKER_DATA_KEY_UNAVAILABLE' } });
    }
    expect(provider.asked).toEqual(['current', 'old']);
    provider.keys = { old: aKey('old') };
    expect((await ring.find('old'))?.id).toBe('old');
  });
});
