import { AnnotateInput, ChangeTaskBody } from './inputs.js';
import { operation, type Operation } from './operation.js';
import { cancelStep, changeRetryLimit } from './step.operations.js';
import { cancelTask } from './task.operations.js';

export const changeTask = operation(
  'changeTask',
  'PATCH /tasks/:id',
  'tasker.task:update',
  'Changes the priority, the tags, the reason or the retention of a task. Omitted fields keep their values.',
  { input: ChangeTaskBody, example: { tags: ['vip'], priority: 5 } },
);

export const replaceTask = { ...changeTask, id: 'replaceTask', route: 'PUT /tasks/:id' } as const;

export const deleteTask = {
  ...cancelTask,
  id: 'deleteTask',
  route: 'DELETE /tasks/:id',
  summary: 'Cancels a task. Nothing is deleted.',
} as const satisfies Operation;

export const annotateTask = operation(
  'annotateTask',
  'POST /tasks/:id/annotations',
  'tasker.task:update',
  'Adds an annotation to a task.',
  { input: AnnotateInput, example: { type: 'audit', annotation: { checkedBy: 'ann' } } },
);

export const replaceStep = {
  ...changeRetryLimit,
  id: 'replaceStep',
  route: 'PUT /tasks/:taskId/workflow_steps/:id',
} as const satisfies Operation;

export const deleteStep = {
  ...cancelStep,
  id: 'deleteStep',
  route: 'DELETE /tasks/:taskId/workflow_steps/:id',
  summary: 'Cancels a step and all steps that depend on it.',
} as const satisfies Operation;
