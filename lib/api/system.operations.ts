import { operation } from './operation.js';

export const listWorkers = operation(
  'listWorkers',
  'GET /workers',
  'tasker.health_status:index',
  'The processes that run steps or ran steps within the last day, the latest first.',
);
export const listQueues = operation(
  'listQueues',
  'GET /queues',
  'tasker.health_status:index',
  'The numbers of waiting and running steps, by queue and namespace.',
);
export const getPerformance = operation(
  'getPerformance',
  'GET /analytics/performance',
  'tasker.analytics:index',
  'Rates and durations for the last hour, the last four hours and the last day.',
  { openAs: 'analytics' },
);
export const getBottlenecks = operation(
  'getBottlenecks',
  'GET /analytics/bottlenecks',
  'tasker.analytics:index',
  'The slowest tasks and steps.',
  { openAs: 'analytics' },
);
export const getStatus = operation(
  'getStatus',
  'GET /health/status',
  'tasker.health_status:index',
  'The state of the whole system.',
  { openAs: 'status' },
);
export const checkLiveness = operation(
  'checkLiveness',
  'GET /health/live',
  null,
  'Checks that the process runs and that its worker makes progress.',
);
export const checkReadiness = operation(
  'checkReadiness',
  'GET /health/ready',
  null,
  'Checks that this process is ready for requests and steps.',
  { openAs: 'readiness' },
);
