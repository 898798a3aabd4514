import { Module, type DynamicModule, type ExceptionFilter, type NestModule } from '@nestjs/common';
import { APP_FILTER, ApplicationConfig, RouterModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { LiveModule } from '../live/live.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { StepActionsController, TaskActionsController } from './actions.controller.js';
import { AnalyticsController } from './analytics.controller.js';
import { CorrelationInterceptor } from './correlation.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { EventsController } from './events.controller.js';
import { EventStreamAnswer } from './event.stream.js';
import { HandlersController } from './handlers.controller.js';
import { TemplatesController } from './templates.controller.js';
import { HealthController } from './health.controller.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { FastifyRoutes } from './fastify.routes.js';
import { MountPathFilter } from './mount-path.filter.js';
import { MOUNT_PATH, MountPath } from './mount.path.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RevisedAnswer } from './revised.answer.js';
import { StepsController } from './steps.controller.js';
import { SystemStatusController } from './system-status.controller.js';
import { TaskBulkController } from './task-bulk.controller.js';
import { TaskPartsController } from './task-parts.controller.js';
import { TasksController } from './tasks.controller.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhooksController } from './webhooks.controller.js';
import { WorkersController } from './workers.controller.js';
import { WorkflowStepsController } from './workflow-steps.controller.js';

const CONTROLLERS = [
  AnalyticsController,
  DeadLettersController,
  EventsController,
  HandlersController,
  TemplatesController,
  StepActionsController,
  StepsController,
  SystemStatusController,
  TaskActionsController,
  TaskBulkController,
  TaskPartsController,
  TasksController,
  WebhookDeliveriesController,
  WebhooksController,
  WorkersController,
  WorkflowStepsController,
];

@Module({ imports: [AuthModule, EngineModule, InsightModule, LiveModule, WebhooksModule] })
export class RestModule implements NestModule {
  constructor(
    private readonly fastify: FastifyRoutes,
    private readonly config: ApplicationConfig,
  ) {}

  /** For middleware, of which there is none; but it is called when all global filters are known, and before routes are added. */
  configure(): void {
    this.fastify.attach();
    askFirst(this.config.getGlobalFilters());
  }

  /** The REST API below a path, which comes after the host's global prefix. Nest must know it when modules are defined. */
  static forPath(path: string): DynamicModule {
    return {
      module: RestModule,
      imports: [RouterModule.register([{ path, module: RestModule }])],
      controllers: [...CONTROLLERS, HealthController, OpenApiController],
      providers: [
        { provide: MOUNT_PATH, useValue: path },
        { provide: APP_FILTER, useClass: MountPathFilter },
        CorrelationInterceptor,
        EventStreamAnswer,
        IdempotencyInterceptor,
        FastifyRoutes,
        MountPath,
        ProblemFilter,
        RevisedAnswer,
      ],
    };
  }
}

/** Nest asks the last filter first. One of the host that catches everything would answer below our mount path, too. */
function askFirst(filters: ExceptionFilter[]): void {
  const ours = filters.findIndex((filter) => filter instanceof MountPathFilter);
  filters.push(...filters.splice(ours, 1));
}
