import {
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { errorText } from './workflow/error.text.js';
import { AuditModule } from './audit/audit.module.js';
import { AuditLifecycle } from './audit/audit.lifecycle.js';
import { ApiTokensModule } from './auth/tokens/api-tokens.module.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { EngineLifecycle } from './engine/engine.lifecycle.js';
import { EngineModule } from './engine/engine.module.js';
import { EventBus } from './events/event.bus.js';
import { EventsModule } from './events/events.module.js';
import { InsightModule } from './insight/insight.module.js';
import { ChangeFeed } from './live/change.feed.js';
import { LiveModule } from './live/live.module.js';
import { DEFAULTS } from './options/default.options.js';
import {
  GivenOptionsModule,
  OptionsModule,
  TASKER_OPTIONS,
  type TaskerModuleAsyncOptions,
  type TaskerStructure,
} from './options/options.module.js';
import type { ResolvedOptions } from './options/resolve.options.js';
import type { TaskerModuleOptions } from './options/tasker.options.js';
import { withinTime } from './persistence/time.limit.js';
import { ProtectionModule } from './protection/protection.module.js';
import { Reencryption } from './protection/reencryption.js';
import { RestModule } from './rest/rest.module.js';
import { TaskerWorker } from './tasker.worker.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { WebhookLifecycle } from './webhooks/webhook.lifecycle.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The time to record the outcomes of steps that were aborted at the end of the shutdown, in milliseconds. */
const LAST_WORDS_MS = 500;

/**
 * Adds durable workflows to an application. Call `forRoot` once, in the root module. Other modules that inject its
 * services import the class `TaskerModule`.
 */
@Module({
  imports: [
    OptionsModule,
    ApiTokensModule,
    AuditModule,
    EngineModule,
    EventsModule,
    InsightModule,
    LiveModule,
    ProtectionModule,
    TelemetryModule,
    WebhooksModule,
  ],
  providers: [TaskerWorker],
  exports: [
    ApiTokensModule,
    AuditModule,
    EngineModule,
    EventsModule,
    InsightModule,
    LiveModule,
    ProtectionModule,
    TaskerWorker,
    WebhooksModule,
  ],
})
export class TaskerModule implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('TaskerWorker');

  constructor(
    modules: ModulesContainer,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly worker: TaskerWorker,
    private readonly engine: EngineLifecycle,
    private readonly webhooks: WebhookLifecycle,
    private readonly feed: ChangeFeed,
    private readonly audit: AuditLifecycle,
    private readonly reencryption: Reencryption,
    private readonly bus: EventBus,
  ) {
    comeBeforeTheRoot(modules);
  }

  /** @throws InvalidOptionsError at start, with every problem; RepeatedForRootError */
  static forRoot(options: TaskerModuleOptions = {}): DynamicModule {
    return { module: TaskerModule, imports: [GivenOptionsModule.forRoot(options), ...faces(options)] };
  }

  /**
   * Takes the options from other providers. Only `http` is given next to the factory, because routes exist before providers.
   *
   * @example
   * ```ts
   * TaskerModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ migrations: 'verify', templates: [config.get('TEMPLATES')] }),
   *   http: { path: 'workflows' },
   * })
   * ```
   */
  static forRootAsync(options: TaskerModuleAsyncOptions): DynamicModule {
    return { module: TaskerModule, imports: [GivenOptionsModule.forRootAsync(options), ...faces(options)] };
  }

  /** Starts the worker after all other modules, because handlers may use any module of the host. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.options.worker.start === 'auto') await this.worker.start();
  }

  /**
   * Stops the worker first: steps end, and listeners are called, before other modules close what handlers and listeners
   * use.
   */
  async onModuleDestroy(): Promise<void> {
    this.feed.close(); // a GraphQL server waits for open subscriptions, which do not end by themselves
    try {
      const stopped = Promise.all(
        [this.engine, this.webhooks, this.audit, this.reencryption].map((each) => each.stop()),
      );
      const { shutdownTimeoutMs } = this.options.worker;
      await withinTime<unknown>(stopped, shutdownTimeoutMs + LAST_WORDS_MS, () => {
        this.logger.error(
          'The worker did not stop in time, because the database does not respond. Steps whose outcome it could not record run ' +
            'again elsewhere when its lease expires.',
        );
      });
    } catch (error) {
      // If it were thrown, Nest 11 would not close the other modules.
      this.logger.error(
        'Failed to sign off the worker; other workers take over its steps when its lease expires.',
        errorText(error),
      );
    }
    await withinTime<unknown>(this.bus.settled(), this.options.worker.shutdownTimeoutMs, () => {
      this.logger.warn('Some listeners to events did not finish in time; they go on while the application closes.');
    });
  }
}

/**
 * Nest calls the start hooks module by module, beginning with those furthest from the root, and the shutdown hooks in
 * reverse order. A module with a smaller distance than the root starts last, and is the first to stop.
 */
function comeBeforeTheRoot(modules: ModulesContainer): void {
  for (const module of modules.values()) if (module.metatype === TaskerModule) module.distance = -1;
}

function faces({ http }: TaskerStructure): DynamicModule[] {
  const { enabled, path } = { ...DEFAULTS.http, ...http };
  return enabled ? [RestModule.forPath(path), DashboardModule.forPath(path)] : [];
}
