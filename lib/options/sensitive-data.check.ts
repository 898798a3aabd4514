import { mustBe } from '../workflow/input.wording.js';
import type { ResolvedOptions } from './resolve.options.js';

const SECRET_BYTES = 32;

/** The problems of the option `sensitiveData`. The secret never becomes part of a message. */
export function sensitiveDataProblems({ keys, subjectSecret }: ResolvedOptions['sensitiveData']): string[] {
  const methods = keys === null ? [] : [(keys as Partial<typeof keys>).current, (keys as Partial<typeof keys>).find];
  const isSecret = typeof (subjectSecret as unknown) === 'string' && Buffer.byteLength(subjectSecret!) >= SECRET_BYTES;
  return [
    ...(methods.every((method) => typeof method === 'function')
      ? []
      : [
          `sensitiveData.keys ${mustBe('an object with the methods current and find, such as dataKeys(...)')}, or null`,
        ]),
    ...(subjectSecret === null || isSecret
      ? []
      : [`sensitiveData.subjectSecret ${mustBe(`a text of at least ${SECRET_BYTES} bytes`)}, or null`]),
  ];
}
