import type { Permission } from '../workflow/access/permissions.js';

/** Fields of a filter that identify tasks, and reveal nothing about them. */
const NAMING = ['ids', 'taskIds', 'afterId', 'limit'];
/** A map, because callers may send any name, such as `constructor`. */
const READING: ReadonlyMap<string, Permission> = new Map([
  ['contextPath', 'tasker.task:read_context'],
  ['annotation', 'tasker.task:read_annotations'],
]);

/**
 * The permissions that a filter needs in addition to that of its operation, because a user who may filter by a value
 * can find it out piece by piece. An action on the tasks of a filter reveals them like a list.
 */
export function neededByFilter(
  filter: Readonly<Record<string, unknown>> | null,
  permission: Permission,
): readonly Permission[] {
  const given = Object.entries(filter ?? {})
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([field]) => field);
  const isAction = permission.startsWith('tasker.task:') && !/:(?:index|show)$/.test(permission);
  const isNaming = given.every((field) => NAMING.includes(field));
  return [
    ...(isAction && !isNaming ? (['tasker.task:index'] as const) : []),
    ...given.flatMap((field) => READING.get(field) ?? []),
  ];
}
