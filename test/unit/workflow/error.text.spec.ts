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

  it('is how every error is logged', () => {
    const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const asTheyAre = files.filter((file) =>
      /logger\.(error|warn|fatal)\((?:[^;]*,)?\s*(?:error|thrown|cause|reason)\s*,?\s*\);/i.test(
        readFileSync(join(LIB, file), 'utf8'),
      ),
    );
    expect(asTheyAre).toEqual([]);
  });
});
