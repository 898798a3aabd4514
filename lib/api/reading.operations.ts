import type { Operation } from './operation.js';

export const listTasks = {
  id: 'listTasks',
  route: 'GET /tasks',
  permission: 'tasker.task:index',
  summary: 'A page of the tasks that the query asks for.',
} as const satisfies Operation;

export const getTask = {
  id: 'getTask',
  route: 'GET /tasks/:id',
  permission: 'tasker.task:show',
  summary: 'A task in full.',
} as const satisfies Operation;

export const getTransitions = {
  id: 'getTransitions',
  route: 'GET /tasks/:id/transitions',
  permission: 'tasker.task:show',
  also: ['tasker.task:read_transitions'],
  summary: 'The history of a task and its steps, in the order in which it happened.',
} as const satisfies Operation;

export const getAnnotations = {
  id: 'getAnnotations',
  route: 'GET /tasks/:id/annotations',
  permission: 'tasker.task:show',
  also: ['tasker.task:read_annotations'],
  summary: 'The annotations of a task.',
} as const satisfies Operation;

export const getGraph = {
  id: 'getGraph',
  route: 'GET /tasks/:id/graph',
  permission: 'tasker.task:show',
  also: ['tasker.workflow_step:index'],
  summary: 'The steps of a task as a graph: as JSON, or drawn by Mermaid or Graphviz.',
} as const satisfies Operation;

export const listDeadLetters = {
  id: 'listDeadLetters',
  route: 'GET /dead_letters',
  permission: 'tasker.task:index',
  also: ['tasker.workflow_step:index', 'tasker.workflow_step:read_error'],
  summary: 'Tasks that need a person: what is wrong, and which actions would repair it.',
} as const satisfies Operation;

export const listSteps = {
  id: 'listSteps',
  route: 'GET /tasks/:taskId/workflow_steps',
  permission: 'tasker.workflow_step:index',
  summary: 'The steps of a task.',
} as const satisfies Operation;

export const getStep = {
  id: 'getStep',
  route: 'GET /tasks/:taskId/workflow_steps/:id',
  permission: 'tasker.workflow_step:show',
  summary: 'A step, by its name or id.',
} as const satisfies Operation;

export const getStepById = {
  id: 'getStepById',
  route: 'GET /workflow_steps/:id',
  permission: 'tasker.workflow_step:show',
  summary: 'A step, by its id alone.',
} as const satisfies Operation;

export const followChanges = {
  id: 'followChanges',
  route: 'GET /events',
  permission: 'tasker.task:index',
  summary: 'Streams changes of tasks and steps as they are committed.',
} as const satisfies Operation;

export const followTask = {
  id: 'followTask',
  route: 'GET /tasks/:id/events',
  permission: 'tasker.task:show',
  summary: 'Streams changes of a task and its steps.',
} as const satisfies Operation;
