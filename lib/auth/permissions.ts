/** Everything that can be asked of the engine from outside: each resource with the actions on it. */
export const RESOURCES = {
  'tasker.task': ['index', 'show', 'create', 'update', 'destroy', 'retry', 'cancel'],
  'tasker.workflow_step': ['index', 'show', 'update', 'destroy', 'retry', 'cancel'],
  'tasker.health_status': ['index'],
  'tasker.handler': ['index', 'show'],
  'tasker.metrics': ['index'],
  'tasker.analytics': ['index'],
  'tasker.webhook': ['index', 'show', 'create', 'update', 'destroy'],
} as const;

export type Resource = keyof typeof RESOURCES;

/** `<resource>:<action>`, such as `tasker.task:create`. */
export type Permission = { [R in Resource]: `${R}:${(typeof RESOURCES)[R][number]}` }[Resource];

/** All permissions, for hosts that grant them. */
export const PERMISSIONS = Object.entries(RESOURCES).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}`),
) as readonly Permission[];
