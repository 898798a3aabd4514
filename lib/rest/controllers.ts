import { StepActionsController, TaskActionsController } from './actions.controller.js';
import { AnalyticsController } from './analytics.controller.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { AuditController } from './audit.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { EventCatalogueController } from './event-catalogue.controller.js';
import { EventsController } from './events.controller.js';
import { HandlersController } from './handlers.controller.js';
import { HealthController } from './health.controller.js';
import { SystemStatusController } from './system-status.controller.js';
import { TaskBulkController } from './task-bulk.controller.js';
import { TaskPartsController } from './task-parts.controller.js';
import { TasksController } from './tasks.controller.js';
import { TemplatesController } from './templates.controller.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhooksController } from './webhooks.controller.js';
import { WorkersController } from './workers.controller.js';
import { WorkflowStepsController } from './workflow-steps.controller.js';

/** The controllers of all operations, in the order in which OpenAPI lists them. */
export const CONTROLLERS = [
  TasksController,
  TaskActionsController,
  TaskBulkController,
  TaskPartsController,
  WorkflowStepsController,
  StepActionsController,
  EventsController,
  WebhooksController,
  WebhookDeliveriesController,
  ApiTokensController,
  AuditController,
  DeadLettersController,
  TemplatesController,
  HandlersController,
  WorkersController,
  EventCatalogueController,
  AnalyticsController,
  SystemStatusController,
  HealthController,
];
