import type { Operation } from './operation.js';
import { StartTaskInput, StartTasksInput } from './inputs.js';

const ORDER = { namespace: 'ecommerce', name: 'process_order', version: '1.0.0', context: { orderId: 17 } };

export const startTask = {
  id: 'startTask',
  route: 'POST /tasks',
  permission: 'tasker.task:create',
  summary: 'Starts a task. If an equal request has started it before, the answer is that task.',
  input: StartTaskInput,
  example: ORDER,
} as const satisfies Operation;

export const startTasks = {
  id: 'startTasks',
  route: 'POST /tasks/batch',
  permission: 'tasker.task:create',
  summary: 'Starts many tasks, all or none, and answers in the order of the requests.',
  input: StartTasksInput,
  example: { tasks: [ORDER] },
} as const satisfies Operation;
