import type { Problem } from './tasker.error.js';

/** The text with a full stop, unless it already ends like a sentence. */
export function fullStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Problems as text, one sentence each: `/name is required. /tags must be a list of strings.` */
export function inSentences(problems: readonly Problem[]): string {
  return problems.map(({ pointer, message }) => fullStop(`${pointer || 'it'} ${message}`)).join(' ');
}

/** Faults as a list, one per line. */
export function inLines(faults: readonly string[]): string {
  return faults.map((fault) => `  - ${fullStop(fault)}`).join('\n');
}
