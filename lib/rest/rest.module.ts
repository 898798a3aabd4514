import { Module, type DynamicModule, type ExceptionFilter, type NestModule } from '@nestjs/common';
import { APP_FILTER, ApplicationConfig, RouterModule } from '@nestjs/core';
import { CallerFeed } from '../api/caller.feed.js';
import { AuthModule } from '../auth/auth.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { LiveModule } from '../live/live.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { CONTROLLERS } from './controllers.js';
import { CorrelationInterceptor } from './correlation.js';
import { EventStreamAnswer } from './event.stream.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { FastifyRoutes } from './fastify.routes.js';
import { MountPathFilter } from './mount-path.filter.js';
import { MOUNT_PATH, MountPath } from './mount.path.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { RevisedAnswer } from './revised.answer.js';

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
      controllers: [...CONTROLLERS, OpenApiController],
      providers: [
        { provide: MOUNT_PATH, useValue: path },
        { provide: APP_FILTER, useClass: MountPathFilter },
        CallerFeed,
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
