import { TASK_SORT_FIELDS, type TaskPosition, type TaskSortField } from '../persistence/task-list.gateway.js';
import { isDay, isRowId } from '../workflow/input.checks.js';

/** A position in a list that is sorted by the field, as opaque text for callers. */
export function cursorOf(sort: TaskSortField, { id, key }: TaskPosition): string {
  return Buffer.from(JSON.stringify(key === null ? [sort, id] : [sort, id, key])).toString('base64url');
}

/** The position of a cursor; null for a text that is not a cursor of a list with this sorting. */
export function positionAt(cursor: string, sort: TaskSortField): TaskPosition | null {
  const [of, id, key = null, ...rest] = read(cursor);
  const isKeyed = sort !== TASK_SORT_FIELDS[0];
  if (of !== sort || !isRowId(id) || rest.length > 0) return null;
  if (!isKeyed) return key === null ? { id, key } : null;
  return typeof key === 'string' && isInstant(key) ? { id, key } : null;
}

function read(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/**
 * Whether the text is an instant in the format of `TaskPosition`, with a day that exists: PostgreSQL refuses all
 * others.
 */
function isInstant(text: string): boolean {
  return text === 'infinity' || (INSTANT.test(text) && isDay(text));
}

const INSTANT = /^(?!0+-)\d{4,6}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;
