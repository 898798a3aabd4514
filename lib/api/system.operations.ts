import { operation } from './operation.js';

export const listWorkers = operation(
  'listWorkers',
  'GET /workers',
  'tasker.health_status:index',
  'The processes that run steps, or ran them within the last day.',
);
export const listQueues = operation(
  'listQueues',
  'GET /queues',
  'tasker.health_status:index',
  'The steps that are waiting and running, by queue and namespace.',
);
export const getPerformance = operation(
  'getPerformance',
  'GET /analytics/performance',
  'tasker.analytics:index',
  'Rates and durations of the last hour, four hours and day.',
);
export const getBottlenecks = operation(
  'getBottlenecks',
  'GET /analytics/bottlenecks',
  'tasker.analytics:index',
  'The slowest tasks and steps.',
);
export const getStatus = operation(
  'getStatus',
  'GET /health/status',
  'tasker.health_status:index',
  'The state of the whole system.',
);
export const checkLiveness = operation(
  'checkLiveness',
  'GET /health/live',
  null,
  'Whether the process runs, and its worker makes progress.',
);
export const checkReadiness = operation(
  'checkReadiness',
  'GET /health/ready',
  null,
  'Whether requests and steps may be sent here.',
);
