import { describe, expect, it } from '@jest/globals';
import { escapeControls, logLines, logText } from '../../../lib/workflow/log.text.js';

describe('text from outside', () => {
  it.each([
    ['a line break', 'a\r\n[Nest] 1 - LOG forged', 'a\\r\\n[Nest] 1 - LOG forged'],
    ['a tab, NUL and DEL', 'a\tb\0c\u007f', 'a\\tb\\u0000c\\u007f'],
    ['what terminals obey', '\u001b[2Ja\u009b31m', '\\u001b[2Ja\\u009b31m'],
    ['separators of lines', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\u0085d'],
    ['turns of the direction', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['what nobody sees', 'a\u200bb\ufeffc\u{e0041}', 'a\\u200bb\\ufeffc\\u{e0041}'],
    ['halves of surrogate pairs', 'a\ud83db', 'a\\ud83db'],
  ])('has %s escaped', (_, text, escaped) => {
    expect(logText(text)).toBe(escaped);
    expect(escapeControls(text)).toBe(escaped);
  });

  it.each(['Grüße, 世界', '👩‍👧', 'می‌خواهم', 'a "b" \\ c'])('is itself where there is nothing to escape: %s', (text) => {
    expect(logText(text)).toBe(text);
  });

  it('is cut where it is long, and says so', () => {
    expect(logText('x'.repeat(2_000))).toBe('x'.repeat(2_000));
    expect(logText('x'.repeat(2_001))).toBe(`${'x'.repeat(2_000)}… (2001 characters)`);
    expect(logText('a\nbcd', 3)).toBe('a\\nb… (5 characters)');
  });
});

describe('text of several lines', () => {
  it('keeps them, and none looks like the beginning of an entry', () => {
    expect(logLines('one\n[Nest] two\r\n    three\n\u001b[2Jfour')).toBe(
      'one\n    [Nest] two\n    three\n    \\u001b[2Jfour',
    );
    expect(logLines(7)).toBe('7');
  });
});
