import type { Problem } from './tasker.error.js';

/** The text with a full stop, unless it ends as a sentence already. */
export function fullStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** Problems in one sentence: `/name is required; /tags must be a list of strings.` */
export function inOneSentence(problems: readonly Problem[]): string {
  return fullStop(problems.map(({ pointer, message }) => `${pointer || 'it'} ${message}`).join('; '));
}

/** Faults as a list, one a line. */
export function inLines(faults: readonly string[]): string {
  return faults.map((fault) => `  - ${fullStop(fault)}`).join('\n');
}
