import { operation } from './operation.js';
import { StartTaskInput, StartTasksInput } from './inputs.js';

const ORDER = { namespace: 'ecommerce', name: 'process_order', version: '1.0.0', context: { orderId: 17 } };

export const startTask = operation(
  'startTask',
  'POST /tasks',
  'tasker.task:create',
  'Starts a task. If an equal request has started it before, the answer is that task.',
  { input: StartTaskInput, example: ORDER },
);

export const startTasks = operation(
  'startTasks',
  'POST /tasks/batch',
  'tasker.task:create',
  'Starts many tasks, all or none, and answers in the order of the requests.',
  { input: StartTasksInput, example: { tasks: [ORDER] } },
);
