/**
 * Control characters, line separators, halves of surrogate pairs, and invisible characters such as those that change
 * the direction of text. The two joiners are excepted, because scripts and emoji need them.
 */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Enough for the message of an error. */
const MAX_LENGTH = 2_000;

/** The text on one line, with control and invisible characters escaped. PostgreSQL can store it. */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/**
 * Text from outside (the message of an error, an answer of another system) for a log line: escaped, so that it cannot
 * forge lines, and shortened.
 */
export function logText(text: string, maxLength = MAX_LENGTH): string {
  if (text.length <= maxLength) return escapeControls(text);
  return `${escapeControls(text.slice(0, maxLength))}… (${text.length} characters)`;
}

/**
 * Text of several lines, such as a message of a handler, for the log. Each line is escaped, and all but the first are
 * indented, so that none looks like the beginning of another entry.
 */
export function logLines(text: unknown): string {
  return String(text)
    .split(/\r?\n/)
    .map((line, index) => (index === 0 || line.startsWith('    ') ? line : `    ${line}`))
    .map(escapeControls)
    .join('\n');
}

function escaped(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
