import { logLines, logText } from './log.text.js';

/** The maximum depth of causes, and the maximum number of errors of an `AggregateError`. */
const MOST_CAUSES = 5;

/**
 * An error as text for the log: its message, its code (the SQLSTATE of a database error) and its stack, and those of
 * its causes. Other fields are left out, because drivers and TypeORM keep the statement, the connection and its
 * settings in them. Messages may come from outside, so each is escaped, shortened and on one line.
 */
export function errorText(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return logText(String((error as { message?: unknown } | null)?.message ?? error));
  const causes = depth < MOST_CAUSES ? causesOf(error) : [];
  return [stackWithCode(error), ...causes.map((cause) => `Caused by: ${errorText(cause, depth + 1)}`)].join('\n');
}

function stackWithCode(error: Error): string {
  const { message, code } = error as Error & { readonly code?: unknown };
  const { start, text, frames } = partsOf(error);
  if (typeof code !== 'string' || message.includes(code)) return `${start}${text}${frames}`;
  return message === '' || start === ''
    ? `(${logText(code)}) ${text}${frames}`
    : `${start}${text} (${logText(code)})${frames}`;
}

/**
 * Splits a stack into name, message and frames. If it does not contain the message, the text is everything before the
 * frames.
 */
function partsOf({ message, stack = '', name }: Error): Readonly<Record<'start' | 'text' | 'frames', string>> {
  if (stack === '') return { start: `${logText(name)}: `, text: logText(message), frames: '' };
  const begins = message === '' ? -1 : stack.indexOf(message);
  if (begins >= 0) {
    const ends = begins + message.length;
    return { start: logText(stack.slice(0, begins)), text: logText(message), frames: logLines(stack.slice(ends)) };
  }
  const [text = '', ...frames] = stack.split(/(?=\n\s+at )/);
  return { start: '', text: logText(text), frames: logLines(frames.join('')) };
}

function causesOf({ cause, errors }: Error & { readonly errors?: unknown }): readonly unknown[] {
  const summed: readonly unknown[] = Array.isArray(errors) ? errors.slice(0, MOST_CAUSES) : [];
  return cause === undefined ? summed : [cause, ...summed];
}
