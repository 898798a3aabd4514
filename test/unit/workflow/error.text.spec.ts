import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { errorText } from '../../../lib/workflow/error.text.js';

const LIB = join(import.meta.dirname, '../../../lib');

describe('the text of an error in the log', () => {
  it('is its message, its SQLSTATE and its stack, where the database raised it', () => {
    const driverError = Object.assign(new Error('permission denied for table orders'), {
      code: '42501',
      severity: 'ERROR',
      routine: 'aclcheck_error',
    });
    const lines = errorText(new QueryFailedError('select * from orders', ['secret'], driverError)).split('\n');
    expect(lines[0]).toMatch(/permission denied for table orders \(42501\)$/);
    expect(lines.slice(1).every((line) => line.startsWith('    at '))).toBe(true);
    expect(lines.length).toBeGreaterThan(1);
  });

  it('is followed by those of its causes', () => {
    const refused = new AggregateError([Object.assign(new Error(''), { code: 'ECONNREFUSED' })], 'all failed');
    const text = errorText(new Error('no answer', { cause: new Error('no way', { cause: refused }) }));
    const heads = text.split('\n').filter((line) => !line.startsWith('    at '));
    expect(heads).toEqual([
      'Error: no answer',
      'Caused by: Error: no way',
      'Caused by: AggregateError: all failed',
      expect.stringContaining('Caused by: (ECONNREFUSED) Error'),
    ]);
  });

  it('has an end where causes go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(errorText(error).match(/Caused by/g)).toHaveLength(5);
  });

  it('is what was thrown, where that was no error', () => {
    expect([errorText('a text'), errorText({ message: 'an object' }), errorText(undefined)]).toEqual([
      'a text',
      'an object',
      'undefined',
    ]);
  });

  it.each(['\n[Nest] 1 - LOG [Tasker] forged', '\r\u001b[2Jforged', '\n    at forged (file:///a.js:1:1)\nforged'])(
    'has no line that its message makes, and nothing that a terminal obeys: %j',
    (forgery) => {
      const error = new Error(`no answer${forgery}`, {
        cause: Object.assign(new Error(forgery), { code: `C${forgery}` }),
      });
      const thrown = { message: forgery };
      for (const each of [error, thrown, Object.assign(new Error('other'), { stack: `Error: else${forgery}` })]) {
        const lines = errorText(each).split('\n');
        const others = lines.slice(1).filter((line) => !line.startsWith('    '));
        expect(others.every((line) => line.startsWith('Caused by: '))).toBe(true);
        expect(/\p{Cc}/u.exec(lines.join(''))).toBeNull();
      }
    },
  );

  it('is shortened where a message is long', () => {
    const [line] = errorText(new Error('x'.repeat(100_000))).split('\n');
    expect(line).toBe(`Error: ${'x'.repeat(2_000)}… (100000 characters)`);
  });

  it('is how every error is logged', () => {
    const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const inTexts = files.filter((file) =>
      /ogger(?:\('\w+'\))?\.(?:error|warn|log|debug)\([^;]*\$\{(?:(?:\w+\.)?(?:error|message)|reason|messageOf\(\w+\))\}/i.test(
        readFileSync(join(LIB, file), 'utf8'),
      ),
    );
    expect(inTexts).toEqual([]);
    const asTheyAre = files.filter((file) =>
      /logger\.(error|warn|fatal)\((?:[^;]*,)?\s*(?:error|thrown|cause|reason)\s*,?\s*\);/i.test(
        readFileSync(join(LIB, file), 'utf8'),
      ),
    );
    expect(asTheyAre).toEqual([]);
  });
});
