/** All operations that can be requested from outside: each resource with its actions. */
export const RESOURCES = {
  'tasker.task': [
    'index',
    'show',
    'create',
    'update',
    'destroy',
    'retry',
    'cancel',
    'read_context',
    'read_annotations',
    'read_transitions',
    'set_initiator',
    'erase',
  ],
  'tasker.workflow_step': ['index', 'show', 'update', 'destroy', 'retry', 'cancel', 'read_results', 'read_error'],
  'tasker.health_status': ['index'],
  'tasker.handler': ['index', 'show'],
  'tasker.analytics': ['index'],
  'tasker.webhook': ['index', 'show', 'create', 'update', 'destroy'],
  'tasker.api_token': ['index', 'create', 'update', 'destroy'],
  'tasker.audit': ['index'],
} as const;

export type Resource = keyof typeof RESOURCES;

/** A permission: `<resource>:<action>`, such as `tasker.task:create`. */
export type Permission = { [R in Resource]: `${R}:${(typeof RESOURCES)[R][number]}` }[Resource];

/** All permissions. */
export const PERMISSIONS = Object.entries(RESOURCES).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}`),
) as readonly Permission[];

/** Whether a permission only reads; all others change something. */
export function isReading(permission: Permission): boolean {
  return /:(?:index|show|read_\w+)$/.test(permission);
}

/**
 * Former names of permissions, for hosts that still grant them. A user with one of the two names has the permission.
 */
export const ALIASES: Readonly<Partial<Record<Permission, Permission>>> = {
  'tasker.task:cancel': 'tasker.task:destroy',
  'tasker.workflow_step:cancel': 'tasker.workflow_step:destroy',
};
