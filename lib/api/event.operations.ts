import { operation } from './operation.js';

export const listEventKinds = operation(
  'listEventKinds',
  'GET /events/catalogue',
  'tasker.handler:index',
  'All kinds of events that the engine publishes, with the schemas of their payloads.',
);
export const listEventListeners = operation(
  'listEventListeners',
  'GET /events/listeners',
  'tasker.health_status:index',
  'The listeners to events in the process that answers, with the numbers of events that they handled.',
);
