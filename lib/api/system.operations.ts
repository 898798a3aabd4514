import type { Operation } from './operation.js';

export const listWorkers = {
  id: 'listWorkers',
  route: 'GET /workers',
  permission: 'tasker.health_status:index',
  summary: 'The processes that run steps, or ran them within the last day.',
} as const satisfies Operation;

export const listQueues = {
  id: 'listQueues',
  route: 'GET /queues',
  permission: 'tasker.health_status:index',
  summary: 'The steps that are waiting and running, by queue and namespace.',
} as const satisfies Operation;

export const getPerformance = {
  id: 'getPerformance',
  route: 'GET /analytics/performance',
  permission: 'tasker.analytics:index',
  summary: 'Rates and durations of the last hour, four hours and day.',
} as const satisfies Operation;

export const getBottlenecks = {
  id: 'getBottlenecks',
  route: 'GET /analytics/bottlenecks',
  permission: 'tasker.analytics:index',
  summary: 'The slowest tasks and steps.',
} as const satisfies Operation;

export const getStatus = {
  id: 'getStatus',
  route: 'GET /health/status',
  permission: 'tasker.health_status:index',
  summary: 'The state of the whole system.',
} as const satisfies Operation;

export const checkLiveness = {
  id: 'checkLiveness',
  route: 'GET /health/live',
  permission: null,
  summary: 'Whether the process runs, and its worker makes progress.',
} as const satisfies Operation;

export const checkReadiness = {
  id: 'checkReadiness',
  route: 'GET /health/ready',
  permission: null,
  summary: 'Whether requests and steps may be sent here.',
} as const satisfies Operation;
