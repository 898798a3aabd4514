import { operation } from './operation.js';

export const listTasks = operation(
  'listTasks',
  'GET /tasks',
  'tasker.task:index',
  'A page of the tasks that match the query, the latest first by default.',
);
export const getTask = operation(
  'getTask',
  'GET /tasks/:id',
  'tasker.task:show',
  'A task, with the parts that the query includes.',
);
export const getTransitions = operation(
  'getTransitions',
  'GET /tasks/:id/transitions',
  'tasker.task:show',
  'The history of a task and its steps, in chronological order.',
  { also: ['tasker.task:read_transitions'] },
);
export const getAnnotations = operation(
  'getAnnotations',
  'GET /tasks/:id/annotations',
  'tasker.task:show',
  'The annotations of a task.',
  { also: ['tasker.task:read_annotations'] },
);
export const getGraph = operation(
  'getGraph',
  'GET /tasks/:id/graph',
  'tasker.task:show',
  'The steps of a task as a graph, in JSON or as a drawing for Mermaid or Graphviz.',
  { also: ['tasker.workflow_step:index'] },
);
export const listDeadLetters = operation(
  'listDeadLetters',
  'GET /dead_letters',
  'tasker.task:index',
  'Tasks in error, with their failed steps and the actions that may repair them.',
  { also: ['tasker.workflow_step:index', 'tasker.workflow_step:read_error'] },
);
export const listSteps = operation(
  'listSteps',
  'GET /tasks/:taskId/workflow_steps',
  'tasker.workflow_step:index',
  'The steps of a task.',
);
export const getStep = operation(
  'getStep',
  'GET /tasks/:taskId/workflow_steps/:id',
  'tasker.workflow_step:show',
  'A step, by its name or id.',
);
export const getStepById = operation(
  'getStepById',
  'GET /workflow_steps/:id',
  'tasker.workflow_step:show',
  'A step, by its id, without the id of the task.',
);
export const followChanges = operation(
  'followChanges',
  'GET /events',
  'tasker.task:index',
  'Streams changes of tasks and steps as they are committed.',
);
export const followTask = operation(
  'followTask',
  'GET /tasks/:id/events',
  'tasker.task:show',
  'Streams changes of a task and its steps.',
);
