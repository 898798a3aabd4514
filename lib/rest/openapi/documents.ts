/**
 * The types of all answers over HTTP, and those that inputs refer to. `npm run schemas` makes their JSON Schemas, in
 * `answer.schemas.ts`, from this file.
 */
export type { ShownChange } from '../../api/caller.stream.js';
export type { ActionResult } from '../../engine/tasks/task.action.js';
export type { BulkReport } from '../../engine/tasks/task.bulk.js';
export type { StartedTask } from '../../engine/tasks/task.request.js';
export type { BottleneckDocument, PerformanceDocument } from '../../insight/performance.reader.js';
export type { StepGraph } from '../../insight/step.graph.js';
export type { Change } from '../../live/change.js';
export type { JsonObject, JsonValue } from '../../workflow/json.js';
export type { AnnotationDetails } from '../../insight/task.reader.js';
export type { TemplateDocument } from '../../insight/template.reader.js';
export type { DeadLetterListDocument } from '../dead-letters.controller.js';
export type { EventKindListDocument, EventListenerListDocument } from '../event-catalogue.controller.js';
export type { HandlerListDocument } from '../handlers.controller.js';
export type { NamespaceListDocument, TemplateListDocument } from '../templates.controller.js';
export type { LivenessDocument, ReadinessDocument } from '../health.controller.js';
export type { ProblemDocument } from '../problem.document.js';
export type { SystemStatusDocument } from '../system-status.controller.js';
export type { ApiTokenDetails, ApiTokenWithSecret } from '../../auth/tokens/api.token.js';
export type { AuditExportLine } from '../../audit/audit.export.js';
export type { AuditReport } from '../../audit/audit.service.js';
export type { AuditHeadListDocument, AuditListDocument } from '../audit.controller.js';
export type { ApiTokenListDocument } from '../api-tokens.controller.js';
export type { AnnotationListDocument, TransitionListDocument } from '../task-parts.controller.js';
export type { StartedTaskListDocument, TaskDocument, TaskListDocument } from '../tasks.controller.js';
export type { RedeliveryDocument, WebhookDeliveryListDocument } from '../webhook-deliveries.controller.js';
export type { WebhookListDocument } from '../webhooks.controller.js';
export type { WebhookDelivery, WebhookDetails, WebhookMessage, WebhookWithSecret } from '../../webhooks/webhook.js';
export type { QueueListDocument, WorkerListDocument } from '../workers.controller.js';
export type { ShownStep, StepListDocument } from '../workflow-steps.controller.js';
