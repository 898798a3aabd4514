import { identityOf } from '../../templates/document.identity.js';
import type { TaskDefinition } from '../../workflow/task-definition.js';
import type { StartTaskRequest } from './task.request.js';

/** Whether the argument is a result of `defineTask`, and not a request with the name of its template. */
export function isDefinition(subject: unknown): subject is TaskDefinition {
  return typeof subject === 'object' && subject !== null && 'document' in subject;
}

/** The request with the name of its template. */
export function requestOf(task: TaskDefinition, request: object = {}): StartTaskRequest<object> {
  return { ...(request as StartTaskRequest<object>), ...identityOf(task.document) };
}
