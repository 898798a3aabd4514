import type { Operation } from './operation.js';

export const listNamespaces = {
  id: 'listNamespaces',
  route: 'GET /templates',
  permission: 'tasker.handler:index',
  summary: 'The namespaces of task templates.',
} as const satisfies Operation;

export const listTemplates = {
  id: 'listTemplates',
  route: 'GET /templates/:namespace',
  permission: 'tasker.handler:index',
  summary: 'The task templates of a namespace.',
} as const satisfies Operation;

export const getTemplate = {
  id: 'getTemplate',
  route: 'GET /templates/:namespace/:name',
  permission: 'tasker.handler:show',
  summary: 'A task template with its steps and their graph.',
} as const satisfies Operation;

/** The former paths of templates, kept for clients that use them. */
export const listNamespacesOfHandlers = {
  ...listNamespaces,
  id: 'listNamespacesOfHandlers',
  route: 'GET /handlers',
  summary: 'Replaced by `GET /templates`.',
  isDeprecated: true,
} as const satisfies Operation;

export const listHandlers = {
  ...listTemplates,
  id: 'listHandlers',
  route: 'GET /handlers/:namespace',
  summary: 'Replaced by `GET /templates/{namespace}`.',
  isDeprecated: true,
} as const satisfies Operation;

export const getHandler = {
  ...getTemplate,
  id: 'getHandler',
  route: 'GET /handlers/:namespace/:name',
  summary: 'Replaced by `GET /templates/{namespace}/{name}`.',
  isDeprecated: true,
} as const satisfies Operation;
