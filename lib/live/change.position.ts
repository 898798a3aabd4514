import type { ChangePosition } from '../persistence/change.gateway.js';
import { isRowId } from '../workflow/input.checks.js';

/** Positions as texts: the two ids with a dot between. */
export function positionText({ task, step }: ChangePosition): string {
  return `${task}.${step}`;
}

/** Null: it is none. */
export function parsePosition(text: string): ChangePosition | null {
  const [task, step, ...more] = text.split('.');
  if (!isId(task) || !isId(step) || more.length > 0) return null;
  return { task, step };
}

/** What is further on, of each history. */
export function laterPosition(one: ChangePosition, other: ChangePosition): ChangePosition {
  return { task: later(one.task, other.task), step: later(one.step, other.step) };
}

/** What is less far on, of each history. */
export function earlierPosition(one: ChangePosition, other: ChangePosition): ChangePosition {
  return { task: earlier(one.task, other.task), step: earlier(one.step, other.step) };
}

const later = (a: string, b: string): string => (BigInt(a) > BigInt(b) ? a : b);
const earlier = (a: string, b: string): string => (BigInt(a) < BigInt(b) ? a : b);

function isId(text: string | undefined): text is string {
  return text === '0' || isRowId(text);
}
