/** The types of all bodies over HTTP. Their JSON Schemas, in `openapi.schemas.ts`, are made from here by `npm run schemas`. */
export type { ActionResult } from '../../engine/tasks/task.action.js';
export type { BulkReport } from '../../engine/tasks/task.bulk.js';
export type { StartedTask } from '../../engine/tasks/task.request.js';
export type { BottleneckDocument, PerformanceDocument } from '../../insight/performance.reader.js';
export type { StepDocument } from '../../insight/step.reader.js';
export type { StepGraph } from '../../insight/step.graph.js';
export type { Change } from '../../live/change.js';
export type { AnnotationDetails } from '../../insight/task.reader.js';
export type { TemplateDocument } from '../../insight/template.reader.js';
export type {
  ActionDto,
  AnnotateDto,
  BulkDto,
  ChangeStepDto,
  ChangeTaskDto,
  RerunDto,
  ResolveStepDto,
  RetryDto,
  StartManyDto,
} from '../action.dto.js';
export type { DeadLetterListDocument } from '../dead-letters.controller.js';
export type { HandlerListDocument } from '../handlers.controller.js';
export type { NamespaceListDocument, TemplateListDocument } from '../templates.controller.js';
export type { LivenessDocument, ReadinessDocument } from '../health.controller.js';
export type { ProblemDocument } from '../problem.document.js';
export type { StartTaskDto } from '../start-task.dto.js';
export type { SystemStatusDocument } from '../system-status.controller.js';
export type { AnnotationListDocument, TransitionListDocument } from '../task-parts.controller.js';
export type { StartedTaskListDocument, TaskDocument, TaskListDocument } from '../tasks.controller.js';
export type { ChangeWebhookDto, NewWebhookDto } from '../webhook.dto.js';
export type { RedeliveryDocument, WebhookDeliveryListDocument } from '../webhook-deliveries.controller.js';
export type { WebhookListDocument } from '../webhooks.controller.js';
export type { WebhookDelivery, WebhookDetails, WebhookMessage, WebhookWithSecret } from '../../webhooks/webhook.js';
export type { QueueListDocument, WorkerListDocument } from '../workers.controller.js';
export type { StepListDocument } from '../workflow-steps.controller.js';
