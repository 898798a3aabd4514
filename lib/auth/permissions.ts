/** Everything that can be asked of the engine from outside: each resource with the actions on it. */
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
  ],
  'tasker.workflow_step': ['index', 'show', 'update', 'destroy', 'retry', 'cancel', 'read_results', 'read_error'],
  'tasker.health_status': ['index'],
  'tasker.handler': ['index', 'show'],
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

/** Other names of permissions, kept for hosts that hand them out: who has one of the two has the other. */
export const ALIASES: Readonly<Partial<Record<Permission, Permission>>> = {
  'tasker.task:cancel': 'tasker.task:destroy',
  'tasker.workflow_step:cancel': 'tasker.workflow_step:destroy',
};
