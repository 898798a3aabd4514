import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dataKeys } from '../../../lib/options/data.keys.js';
import { InvalidOptionsError } from '../../../lib/options/options.errors.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import type { TaskerModuleOptions } from '../../../lib/options/tasker.options.js';

const BYTES = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const BASE64 = Buffer.from(BYTES).toString('base64');

const problemsOf = (make: () => unknown): readonly string[] => {
  try {
    make();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionsError);
    return (error as InvalidOptionsError).faults;
  }
};

const NOT_A_KEY = ' must have an id of 1 to 128 characters and 32 bytes, as Uint8Array or in Base64';

describe('keys that are known at start', () => {
  it.each<[string, string | Uint8Array]>([
    ['bytes', BYTES],
    ['a Buffer', Buffer.from(BYTES)],
    ['Base64', BASE64],
    ['Base64 without padding', BASE64.replace('=', '')],
    ['Base64 for URLs', Buffer.from(BYTES).toString('base64url')],
  ])('may be %s', async (_, secret) => {
    const keys = dataKeys('2', { 1: randomBytes(32), 2: secret });
    const current = await keys.current();
    expect(current.id).toBe('2');
    expect(Buffer.from(current.secret).equals(BYTES)).toBe(true);
    expect(await keys.find('2')).toBe(current);
    expect((await keys.find('1'))?.id).toBe('1');
  });

  it('has no key with another id, whatever JavaScript calls its own', async () => {
    const keys = dataKeys('k', { k: BYTES });
    for (const id of ['j', '', '__proto__', 'toString', 'constructor']) expect(await keys.find(id)).toBeNull();
  });

  it.each<[string, unknown]>([
    ['too few bytes', BYTES.subarray(1)],
    ['too many bytes', randomBytes(33)],
    ['hexadecimal digits', Buffer.from(BYTES).toString('hex')],
    ['a passphrase', 'correct horse battery staple, and so on'],
    ['Base64 with a line break', `${BASE64}\n`],
    ['numbers', [...BYTES]],
    ['nothing', undefined],
    ['an empty text', ''],
    ['an object', { length: 32 }],
  ])('must not be %s, and are not quoted', (_, secret) => {
    const problems = problemsOf(() => dataKeys('k', { k: secret as string, fine: BYTES }));
    expect(problems).toEqual([`dataKeys: the key "k"${NOT_A_KEY}`]);
  });

  it('have ids of 1 to 128 characters, one of which is that of the current key', () => {
    const long = 'k'.repeat(129);
    expect(problemsOf(() => dataKeys('other', { '': BASE64, [long]: BASE64, ['k'.repeat(128)]: BASE64 }))).toEqual([
      `dataKeys: the key ""${NOT_A_KEY}`,
      `dataKeys: the key "${long}"${NOT_A_KEY}`,
      'dataKeys: there is no key with the id of the current one, "other"',
    ]);
  });

  it.each([undefined, null, BASE64, [BYTES]])('are an object of secrets by id, and not %j', (secrets) => {
    const problems = problemsOf(() => dataKeys('k', secrets as never));
    expect(problems).toEqual(['dataKeys: secrets must be an object of secrets by id']);
  });
});

describe('the option sensitiveData', () => {
  const resolved = (sensitiveData: unknown) => () => resolveOptions({ sensitiveData } as TaskerModuleOptions);
  const SECRET = 'a secret that is a bit too short';

  it('is empty by default', () => {
    expect(resolveOptions({}).sensitiveData).toEqual({ keys: null, subjectSecret: null });
  });

  it.each([
    {},
    { keys: null, subjectSecret: null },
    { keys: dataKeys('k', { k: BYTES }) },
    { keys: { current: () => null, find: () => null } },
    { subjectSecret: 'x'.repeat(32) },
    { subjectSecret: 'ü'.repeat(16) },
  ])('may be %j', (option) => {
    expect(problemsOf(resolved(option))).toEqual([]);
  });

  const KEYS = 'sensitiveData.keys must be an object with the methods current and find, such as dataKeys(...), or null';
  const SUBJECT = 'sensitiveData.subjectSecret must be a text of at least 32 bytes, or null';

  it.each<[unknown, readonly string[]]>([
    [{ keys: {} }, [KEYS]],
    [{ keys: { current: () => null } }, [KEYS]],
    [{ keys: { find: () => null, current: 'k' } }, [KEYS]],
    [{ keys: 'k' }, [KEYS]],
    [{ keys: 7, subjectSecret: 7 }, [KEYS, SUBJECT]],
    [{ subjectSecret: SECRET.slice(1) }, [SUBJECT]],
    [{ subjectSecret: '' }, [SUBJECT]],
    [{ subjectSecret: Buffer.alloc(32) }, [SUBJECT]],
  ])('must not be %j, and is not quoted', (option, problems) => {
    expect(problemsOf(resolved(option))).toEqual(problems);
  });
});
