export { TaskerModule } from './tasker.module.js';
export { TASKER_OPTIONS, type TaskerModuleAsyncOptions } from './options/options.module.js';
export { InvalidOptionsError } from './options/options.errors.js';
export type { ResolvedOptions } from './options/resolve.options.js';
export type {
  DatabaseOptions,
  HttpOptions,
  MigrationMode,
  StepOptions,
  TaskerModuleOptions,
  TelemetryOptions,
  TemplateOptions,
  TemplateSource,
  WorkerOptions,
} from './options/tasker.options.js';
export { StepHandler, type StepHandlerOptions } from './handlers/step-handler.decorator.js';
export type {
  StepContext,
  StepContextTask,
  StepHandlerContract,
  StepLogger,
} from './handlers/step-handler.contract.js';
export {
  PermanentError,
  RetryableError,
  type PermanentErrorDetails,
  type RetryableErrorDetails,
} from './handlers/step.errors.js';
export { InvalidStepHandlersError, UnknownStepResultsError } from './handlers/handler.errors.js';
export { TaskService } from './engine/task.service.js';
export type { StartedTask, StartOptions, StartTaskRequest } from './engine/task.request.js';
export { InvalidStartRequestError } from './engine/engine.errors.js';
export type { BackoffPolicy } from './workflow/backoff.js';
export type { JsonObject, JsonValue } from './workflow/json.js';
export type { StepState, TaskState } from './workflow/states.js';
export { TaskerError, type Problem } from './workflow/tasker.error.js';
export { EventBus } from './events/event.bus.js';
export type { EventListener, EventName, EventPattern, EventPayload } from './events/event.catalogue.js';
export { On, Subscriber } from './events/subscriber.decorator.js';
export {
  defineTask,
  type,
  type ContextOf,
  type ParentResultsOf,
  type StepNameOf,
} from './templates/define-task.js';
export type { TaskDefinition } from './workflow/task-definition.js';
