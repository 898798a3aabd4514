export { TaskerModule } from './tasker.module.js';
export { TaskerWorker } from './tasker.worker.js';
export type { TaskerModuleAsyncOptions } from './options/options.module.js';
export type { TaskerModuleOptions, TemplateSource, WorkerOptions } from './options/tasker.options.js';

export { RecordService } from './engine/tasks/record.service.js';
export { TaskRetention } from './engine/tasks/task.retention.js';
export { TaskService } from './engine/tasks/task.service.js';
export type { ActionBy, ActionResult } from './engine/tasks/task.action.js';
export type { BulkItem, BulkReport } from './engine/tasks/task.bulk.js';
export type { IdentityStrategyContract } from './engine/tasks/task.identity.js';
export type { DefinedTaskRequest, StartedTask, StartOptions, StartTaskRequest } from './engine/tasks/task.request.js';
export {
  InvalidStartRequestError,
  ContextTooLargeError,
  StepAbandonedError,
  StepTimeoutError,
  TooManyUnfinishedTasksError,
} from './engine/engine.errors.js';

export type { AuditHeadsOptions, PublishedAuditHead } from './options/audit-heads.options.js';
export { dataKeys } from './options/data.keys.js';
export type { DataKey, DataKeyProvider, SensitiveDataOptions } from './options/sensitive-data.options.js';
export { TaskerSensitiveData, type RevealedTask } from './protection/tasker-sensitive-data.js';
export { StepHandler, type StepHandlerOptions } from './handlers/step-handler.decorator.js';
export type { StepContextOf } from './handlers/tied.handler.js';
export type {
  StepContext,
  StepContextTask,
  StepHandlerContract,
  StepLogger,
} from './handlers/step-handler.contract.js';
export { HttpStepHandler } from './handlers/http-step.handler.js';
export type { HttpResponse } from './handlers/http.client.js';
export type { HttpRequest } from './handlers/http.request.js';
export { PermanentError, RetryableError } from './handlers/step.errors.js';
export { TaskHandler, type TaskHandlerOptions } from './handlers/task-handler.decorator.js';
export type {
  EndedStep,
  EndedTask,
  IdentifiedRequest,
  NewAnnotation,
  RequestedTask,
  StepTailoring,
  TaskHandlerContract,
} from './handlers/task-handler.contract.js';
export { UnknownStepResultsError } from './handlers/handler.errors.js';

export {
  defineTask,
  type,
  type ContextOf,
  type ParentResultsOf,
  type StepNameOf,
  type StepResultsOf,
  type TaskBuilder,
  type Type,
} from './templates/define-task.js';
export type { StepSettings, TaskHead } from './templates/define-task.document.js';
export { InvalidContextError } from './templates/invalid-context.error.js';
export { UnavailableTemplateError } from './templates/unavailable-template.error.js';
export { UnknownTemplateError } from './templates/unknown-template.error.js';

export { EventBus } from './events/event.bus.js';
export { EVENTS, type EventName, type EventPayload } from './events/event.catalogue.js';
export type { ListenerStatistics, SubscriberHooks } from './events/event.listener.js';
export { EventCatalogueReader, type EventDescription } from './events/event-catalogue.reader.js';
export { OnTaskerEvent, TaskerSubscriber } from './events/subscriber.decorator.js';

export {
  AnalyticsReader,
  type AnalyticsMetrics,
  type SlowStep,
  type SlowTask,
  type SystemHealth,
} from './insight/analytics.reader.js';
export { AnnotationTypeReader, type AnnotationTypeDetails } from './insight/annotation-type.reader.js';
export { HealthReader, type HealthCheck, type Readiness } from './insight/health.reader.js';
export {
  TaskReader,
  type StepDetails,
  type StepErrorDetails,
  type TaskDetails,
  type TaskSummary,
} from './insight/task.reader.js';
export {
  DeadLetterReader,
  type DeadLetter,
  type DeadLetterPage,
  type FailedStep,
  type StepRepair,
} from './insight/dead-letter.reader.js';
export { dotOf, graphOf, mermaidOf, type StepGraph } from './insight/step.graph.js';
export { StepReader, type StepDocument } from './insight/step.reader.js';
export { PerformanceReader, type BottleneckDocument, type PerformanceDocument } from './insight/performance.reader.js';
export { SystemStatusReader, type SystemStatus } from './insight/system-status.reader.js';
export {
  TemplateReader,
  type NamespaceOutline,
  type TemplateDocument,
  type TemplateOutline,
} from './insight/template.reader.js';
export { WorkerReader, type QueueDetails, type WorkerDetails } from './insight/worker.reader.js';
export type { ListedTask, TaskListRequest, TaskPage } from './insight/task.list.js';
export type { Blocker, TaskAnalysis } from './insight/task.analysis.js';
export type { TaskPart, TaskParts, TaskWith } from './insight/task.parts.js';
export type { AnnotationDetails, TaskOutline, TransitionDetails } from './persistence/task.details.js';
export type { StepFailure } from './workflow/step-failure.js';

export { ChangeFeed } from './live/change.feed.js';
export type { Change, ChangeEvent } from './live/change.js';
export type { ChangeFilter } from './live/change.filter.js';
export type { ChangeStream } from './live/change.stream.js';
export { ShuttingDownError, TooManyListenersError, TooManyListenersOfUserError } from './live/live.errors.js';

export { WebhookService } from './webhooks/webhook.service.js';
export type {
  DeliveryPage,
  NewWebhook,
  WebhookDelivery,
  WebhookDetails,
  WebhookMessage,
  WebhookWithSecret,
} from './webhooks/webhook.js';
export { UnknownDeliveryError, UnknownWebhookError } from './webhooks/webhook.errors.js';

export { AuditService, type AuditReport } from './audit/audit.service.js';
export { AuditVerificationInProgressError } from './audit/audit.errors.js';
export type { AuditChainHead } from './audit/audit.export.js';
export type { AuditPage } from './audit/audit.request.js';
export type { AuditFault } from './audit/audit.findings.js';
export type { AuditEntry } from './workflow/audit.entry.js';

export { TaskerAuthenticator, TaskerAuthorizationCoordinator } from './auth/auth-provider.decorator.js';
export { AuthUnavailableError } from './auth/auth.errors.js';
export { guardAuthenticator } from './auth/host/guard.authenticator.js';
export { JwtAuthenticator } from './auth/jwt/jwt.authenticator.js';
export type { JwtOptions } from './auth/jwt/jwt.options.js';
export { IntrospectionAuthenticator } from './auth/openid/introspection.authenticator.js';
export type { IntrospectionOptions } from './auth/openid/introspection.options.js';
export { LoginAuthenticator } from './auth/openid/login.authenticator.js';
export type { LoginOptions } from './auth/openid/login.options.js';
export { ApiTokenAuthenticator } from './auth/tokens/api-token.authenticator.js';
export { ApiTokenService } from './auth/tokens/api-token.service.js';
export { UnknownApiTokenError } from './auth/tokens/api-token.errors.js';
export type { ApiTokenDetails, ApiTokenUser, ApiTokenWithSecret, NewApiToken } from './auth/tokens/api.token.js';
export { TASKER_AUTHENTICATOR, type Authenticator, type TaskerUser } from './workflow/access/authenticator.contract.js';
export {
  TASKER_AUTHORIZATION_COORDINATOR,
  type AccessFace,
  type AuthorizationCoordinator,
  type AuthorizationSubject,
  type SubjectKind,
} from './workflow/access/authorization-coordinator.contract.js';
export { PERMISSIONS, type Permission } from './workflow/access/permissions.js';
export { isTaskerRequest } from './auth/tasker-request.js';

export { TaskerErrorFilter } from './rest/tasker-error.filter.js';

export type { TaskTransition } from './persistence/operator.gateway.js';
export type { RemoteObject } from './persistence/record.gateway.js';
export type { StepTransition } from './persistence/worker.gateway.js';
export { TASKER_ENTITIES } from './persistence/entities/entity.list.js';
export { applyTaskerMigrations } from './persistence/host.migration.js';
export { isOmitted, type OmittedValue } from './persistence/omitted.value.js';
export {
  ActionRefusedError,
  AnswerTooLargeError,
  DatabaseTimeoutError,
  LostConnectionError,
  SlowListError,
  StaleRevisionError,
  UnknownStepError,
  UnknownTaskError,
} from './persistence/persistence.errors.js';

export { STEP_ACTIONS, TASK_ACTIONS, type StepAction, type TaskAction } from './workflow/actions.js';
export type { BackoffPolicy } from './workflow/backoff.js';
export type { JsonObject, JsonValue } from './workflow/json.js';
export { STEP_STATES, TASK_STATES, type StepState, type TaskState } from './workflow/states.js';
export type { TaskFilter } from './workflow/task.filter.js';
export type { TaskScope } from './workflow/task.scope.js';
export type { TaskDefinition } from './workflow/task-definition.js';
export type { CustomEvent, StepTemplate, TaskTemplate } from './workflow/task-template.js';
export type { TaskerErrorCode } from './workflow/error.codes.js';
export { TaskerError, type Problem } from './workflow/tasker.error.js';
