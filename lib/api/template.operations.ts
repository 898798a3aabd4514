import { operation, type Operation } from './operation.js';

export const listNamespaces = operation(
  'listNamespaces',
  'GET /templates',
  'tasker.handler:index',
  'The namespaces of task templates, by name.',
);
export const listTemplates = operation(
  'listTemplates',
  'GET /templates/:namespace',
  'tasker.handler:index',
  'The task templates of a namespace, by name.',
);
export const getTemplate = operation(
  'getTemplate',
  'GET /templates/:namespace/:name',
  'tasker.handler:show',
  'A task template with its steps and their graph.',
);

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
