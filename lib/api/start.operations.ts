import { operation } from './operation.js';
import { StartTaskInput, StartTasksInput } from './inputs.js';

const ORDER = { namespace: 'ecommerce', name: 'process_order', version: '1.0.0', context: { orderId: 17 } };

export const startTask = operation(
  'startTask',
  'POST /tasks',
  'tasker.task:create',
  'Starts a task. If an equal request has started a task before, the answer contains that task.',
  { input: StartTaskInput, example: ORDER },
);

export const startTasks = operation(
  'startTasks',
  'POST /tasks/batch',
  'tasker.task:create',
  'Starts many tasks. Either all of them are started or none. The answer has the order of the requests.',
  { input: StartTasksInput, example: { tasks: [ORDER] } },
);
