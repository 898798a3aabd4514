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
  const max = (a: string, b: string): string => (BigInt(a) > BigInt(b) ? a : b);
  return { task: max(one.task, other.task), step: max(one.step, other.step) };
}

function isId(text: string | undefined): text is string {
  return text === '0' || isRowId(text);
}
