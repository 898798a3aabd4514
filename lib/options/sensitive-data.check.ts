import { mustBe } from '../workflow/input.wording.js';
import { secretBytes } from './data.keys.js';
import type { ResolvedOptions } from './resolve.options.js';
import type { DataKeyList } from './sensitive-data.options.js';

const SECRET_BYTES = 32;

/** The problems of the option `sensitiveData`. Secrets never become part of a message. */
export function sensitiveDataProblems({ keys, subjectSecret }: ResolvedOptions['sensitiveData']): string[] {
  const isSecret = typeof (subjectSecret as unknown) === 'string' && Buffer.byteLength(subjectSecret!) >= SECRET_BYTES;
  return [
    ...keyProblems(keys),
    ...(subjectSecret === null || isSecret
      ? []
      : [`sensitiveData.subjectSecret ${mustBe(`a text of at least ${SECRET_BYTES} bytes`)}, or null`]),
  ];
}

function keyProblems(keys: ResolvedOptions['sensitiveData']['keys']): string[] {
  if (keys === null) return [];
  if (typeof (keys as unknown) !== 'object') return [`sensitiveData.keys ${mustBe('an object')}, or null`];
  if (!('secrets' in keys)) {
    const isProvider = [keys.current, keys.find].every((method) => typeof (method as unknown) === 'function');
    if (isProvider) return [];
    return [`sensitiveData.keys ${mustBe('{ current, secrets }, or an object with the methods current and find')}`];
  }
  return listProblems(keys);
}

function listProblems({ current, secrets }: DataKeyList): string[] {
  if (typeof (secrets as unknown) !== 'object' || (secrets as unknown) === null) {
    return [`sensitiveData.keys.secrets ${mustBe('an object: the secrets by the ids of their keys')}`];
  }
  const ids = Object.keys(secrets);
  return [
    ...(ids.includes(current) ? [] : [`sensitiveData.keys.current ${mustBe('the id of one of the secrets')}`]),
    ...ids.flatMap((id) =>
      id.length >= 1 && id.length <= 128
        ? []
        : [`sensitiveData.keys.secrets: an id ${mustBe('1 to 128 characters long')}`],
    ),
    ...ids.flatMap((id) =>
      secretBytes(secrets[id])?.length === SECRET_BYTES
        ? []
        : [`sensitiveData.keys.secrets.${id} ${mustBe(`${SECRET_BYTES} bytes, as Uint8Array or in Base64`)}`],
    ),
  ];
}
