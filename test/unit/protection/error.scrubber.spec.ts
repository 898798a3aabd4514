import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BadRequestException } from '@nestjs/common';
import { PermanentError } from 'nestjs-tasker';
import { describeError } from '../../../lib/engine/steps/step-error.record.js';
import { Scrubber } from '../../../lib/protection/error.scrubber.js';
import { jsonPaths } from '../../../lib/templates/json.path.js';
import { longestFirst } from '../../../lib/protection/taken.values.js';
import type { JsonValue } from '../../../lib/workflow/json.js';
import { escapeControls } from '../../../lib/workflow/log.text.js';
import { amount } from '../../support/amount.js';
import { anyCharacter } from '../../support/any.character.js';

const ODD = 'Zoë "O\'Neil" <a b>/c?d&e=f+g@h';
const LINES = 'line one\nline\ttwo';
const UNSEEN = 'zero\u200bwidth';
const scrubber = new Scrubber([LINES, ODD, UNSEEN, 'bo@example.org', '4929000011112222', 'bo@ex']);

const scrubbed = (error: unknown, ...paths: readonly string[]): Record<string, JsonValue> =>
  JSON.parse(scrubber.error(describeError(error, true), jsonPaths(paths))) as Record<string, JsonValue>;

describe('a text that quotes sensitive values', () => {
  it.each([
    ['as they are', 'bo@example.org'],
    ['in JSON', JSON.stringify(ODD).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(ODD)).slice(3, -3)],
    ['in JSON, with line breaks', JSON.stringify(LINES).slice(1, -1)],
    ['in the query of a URL', encodeURIComponent(ODD)],
    ['in a URL as such', encodeURI(ODD)],
    ['in a form', new URLSearchParams({ q: ODD }).toString().slice(2)],
    ['with escaped control characters', escapeControls(LINES)],
    ['with escaped invisible characters', escapeControls(UNSEEN)],
    ['within others', 'bo@ex'],
  ])('loses them %s', (_, quote) => {
    expect(scrubber.text(`before ${quote}, ${quote} after`)).toBe('before [redacted], [redacted] after');
  });

  it('may have a value that is no well-formed text', () => {
    expect(new Scrubber(['half \ud800']).text('a half \ud800 b')).toBe('a [redacted] b');
  });

  it('loses the whole value if it contains another', () => {
    expect(new Scrubber(['abcdef', 'abcd']).text('abcdef abcd')).toBe('[redacted] [redacted]');
  });

  it('has none of them, whatever they are', () => {
    const secret = fc
      .string({ unit: anyCharacter, minLength: 4, maxLength: 12 })
      .filter((text) => !'[redacted]'.includes(text));
    fc.assert(
      fc.property(fc.uniqueArray(secret, { minLength: 1, maxLength: 4 }), fc.string(), (secrets, between) => {
        const all = new Scrubber(longestFirst(secrets));
        const quoting = secrets.map((each) => `${between}|${each}|${JSON.stringify(each)}`).join(' ');
        const left = all.text(quoting).replaceAll('[redacted]', '');
        for (const each of secrets) {
          if (!between.includes(each)) expect(left).not.toContain(each);
        }
      }),
      { numRuns: amount({ short: 30, full: 100 }) },
    );
  });
});

describe('an error that quotes sensitive values', () => {
  it('loses them in its message, stack, code, causes, and anywhere in its context', () => {
    const cause = new AggregateError([new Error('no bo@example.org')], `not ${encodeURIComponent(ODD)}`);
    const error = new PermanentError(`to ${ODD}`, {
      cause,
      code: 'bo@example.org',
      context: { card: 4929000011112222, list: ['bo@example.org'], 'bo@example.org': { deep: [{ 'x bo@ex': 1 }] } },
    });
    const record = scrubbed(error);
    expect(record).toMatchObject({
      message: 'to [redacted]',
      code: '[redacted]',
      context: { card: '[redacted]', list: ['[redacted]'], '[redacted]': { deep: [{ 'x [redacted]': 1 }] } },
      cause: { message: 'not [redacted]', errors: [{ message: 'no [redacted]' }] },
    });
    expect(record.stack).toContain('to [redacted]\n    at ');
  });

  it('keeps what only looks like one', () => {
    const context = { other: 492900001111222, flag: true, none: null, short: 'bo@', text: 'example.org' };
    expect(scrubbed(new PermanentError('fine', { context }))).toMatchObject({ message: 'fine', context });
  });

  it('loses what the template marks in errors, even if it holds no known value', () => {
    const error = new PermanentError('failed', { context: { body: { a: 1 }, status: 500 } });
    expect(scrubbed(error, '$.context.body', '$.stack')).toMatchObject({
      context: { body: '[redacted]', status: 500 },
      stack: '[redacted]',
    });
  });

  it.each([1, 2, 3, 6, 7, 12, 13])(
    'does not keep the beginning of a value that was cut after %i characters',
    (kept) => {
      const message = `${'x'.repeat(4_000 - kept)}bo@example.org`;
      const record = scrubbed(new Error(message, { cause: new Error(`${'x'.repeat(1_000 - kept)}bo@example.org`) }));
      const { cause } = record as { cause: { message: string } };
      for (const text of [record.message as string, cause.message]) {
        expect(text.length).toBeLessThanOrEqual(4_000 + '[redacted]'.length);
        if (kept >= 4) expect(text).toMatch(/x\[redacted\]$/);
        else expect(text).toMatch(new RegExp(`x${'bo@example'.slice(0, kept)}$`)); // too short to say anything
      }
    },
  );

  it('does not keep the beginning of a value that was cut before the lines of the stack', () => {
    const error = new Error('the server said: ...bo@exam');
    expect(scrubbed(error).stack).toMatch(/^Error: the server said: \.\.\.\[redacted\]\n {4}at /);
    const other = new Error('the server said: ...49290000');
    expect(scrubbed(other).stack).toMatch(/^Error: the server said: \.\.\.\[redacted\]\n {4}at /);
  });

  it('loses marked parts of a context as deep as it may be', () => {
    let context: JsonValue = { hidden: 'canary' };
    for (let depth = 1; depth < 512; depth++) context = { inner: context };
    const error = new PermanentError('deep', { context: context });
    expect(JSON.stringify(scrubbed(error, '$..hidden'))).not.toContain('canary');
  });
});

describe('a thrown value that is logged', () => {
  it('is the same if it quotes nothing', () => {
    const error = new TypeError('fine');
    expect(scrubber.thrown(error)).toBe(error);
    expect(scrubber.thrown('fine')).toBe('fine');
  });

  it('loses what it quotes, also in its causes', () => {
    const thrown = scrubber.thrown(new TypeError('to bo@example.org', { cause: new Error(ODD) })) as Error;
    expect(thrown.message).toBe('to [redacted]');
    expect(thrown.stack).toMatch(/TypeError: to \[redacted\]\n[^]*Caused by: Error: \[redacted\]/);
    expect(scrubber.thrown('to bo@example.org')).toBe('to [redacted]');
  });

  it('keeps its class and its fields, of which those that quote something lose it', () => {
    const error = new BadRequestException({ message: 'no bo@example.org', hint: 'bo@example.org' });
    const thrown = scrubber.thrown(error) as BadRequestException;
    expect(thrown).toBeInstanceOf(BadRequestException);
    expect(thrown.getStatus()).toBe(400);
    expect(thrown.getResponse()).toEqual({ message: 'no [redacted]', hint: '[redacted]' });
    expect(error.getResponse()).toEqual({ message: 'no bo@example.org', hint: 'bo@example.org' });
  });

  it('may have fields that are no JSON, which are left out if it quotes something', () => {
    const socket: Record<string, unknown> = { to: 'bo@example.org', bytes: 1n };
    socket.self = socket;
    const thrown = scrubber.thrown(Object.assign(new Error('no bo@example.org'), { socket })) as Error;
    expect(Object.keys(thrown)).toEqual([]);
    expect(thrown.message).toBe('no [redacted]');
  });
});
