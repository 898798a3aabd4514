import { Module, type DynamicModule, type ExceptionFilter, type NestModule } from '@nestjs/common';
import { APP_FILTER, ApplicationConfig, RouterModule } from '@nestjs/core';
import { CallerFeed } from '../api/caller.feed.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { ApiTokensModule } from '../auth/tokens/api-tokens.module.js';
import { EngineModule } from '../engine/engine.module.js';
import { EventsModule } from '../events/events.module.js';
import { InsightModule } from '../insight/insight.module.js';
import { LiveModule } from '../live/live.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { CONTROLLERS } from './controllers.js';
import { CrossOrigin } from './cross-origin.js';
import { AnswerHeaders } from './answer.headers.js';
import { EventStreamAnswer } from './event.stream.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { FastifyRoutes } from './fastify.routes.js';
import { LinesAnswer } from './lines.answer.js';
import { MountPathFilter } from './mount-path.filter.js';
import { MOUNT_PATH, MountPath } from './mount.path.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ProblemFilter } from './problem.filter.js';

@Module({
  imports: [
    ApiTokensModule,
    AuditModule,
    AuthModule,
    EngineModule,
    EventsModule,
    InsightModule,
    LiveModule,
    WebhooksModule,
  ],
})
export class RestModule implements NestModule {
  constructor(
    private readonly fastify: FastifyRoutes,
    private readonly origins: CrossOrigin,
    private readonly config: ApplicationConfig,
  ) {}

  /**
   * Nest's hook for middleware. Used because Nest calls it when all global filters are known, and before it adds
   * routes.
   */
  configure(): void {
    this.fastify.attach();
    this.origins.attach();
    askFirst(this.config.getGlobalFilters());
  }

  /** The REST API below a path, after the host's global prefix. Nest must know the path when modules are defined. */
  static forPath(path: string): DynamicModule {
    return {
      module: RestModule,
      imports: [RouterModule.register([{ path, module: RestModule }])],
      controllers: [...CONTROLLERS, OpenApiController],
      providers: [
        { provide: MOUNT_PATH, useValue: path },
        { provide: APP_FILTER, useClass: MountPathFilter },
        CallerFeed,
        AnswerHeaders,
        CrossOrigin,
        EventStreamAnswer,
        IdempotencyInterceptor,
        LinesAnswer,
        FastifyRoutes,
        MountPath,
        ProblemFilter,
      ],
    };
  }
}

/**
 * Nest calls the last filter first. A filter of the host that catches everything would also answer below the mount
 * path.
 */
function askFirst(filters: ExceptionFilter[]): void {
  const ours = filters.findIndex((filter) => filter instanceof MountPathFilter);
  filters.push(...filters.splice(ours, 1));
}
