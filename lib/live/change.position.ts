import type { ChangePosition } from '../persistence/change.gateway.js';
import { isRowId } from '../workflow/input.checks.js';

/** The text of a position: the two ids, separated by a dot. */
export function positionText({ task, step }: ChangePosition): string {
  return `${task}.${step}`;
}

/** Null if the text is not a position. */
export function parsePosition(text: string): ChangePosition | null {
  const [task, step, ...more] = text.split('.');
  if (!isId(task) || !isId(step) || more.length > 0) return null;
  return { task, step };
}

/** The later id of each history. */
export function laterPosition(one: ChangePosition, other: ChangePosition): ChangePosition {
  return { task: later(one.task, other.task), step: later(one.step, other.step) };
}

/** The earlier id of each history. */
export function earlierPosition(one: ChangePosition, other: ChangePosition): ChangePosition {
  return { task: earlier(one.task, other.task), step: earlier(one.step, other.step) };
}

const later = (a: string, b: string): string => (BigInt(a) > BigInt(b) ? a : b);
const earlier = (a: string, b: string): string => (BigInt(a) < BigInt(b) ? a : b);

function isId(text: string | undefined): text is string {
  return text === '0' || isRowId(text);
}
