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
import { DashboardModule } from './dashboard/dashboard.module.js';
import { EngineLifecycle } from './engine/engine.lifecycle.js';
import { EngineModule } from './engine/engine.module.js';
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
import { RestModule } from './rest/rest.module.js';
import { TaskerWorker } from './tasker.worker.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { WebhookLifecycle } from './webhooks/webhook.lifecycle.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** How long the outcomes of steps that were aborted at the end of the shutdown have to be recorded, in milliseconds. */
const LAST_WORDS_MS = 500;

/**
 * Adds durable workflows to an application: call `forRoot` once, in the root module. Other modules that inject the services
 * import the class as it is.
 */
@Module({
  imports: [OptionsModule, EngineModule, EventsModule, InsightModule, LiveModule, TelemetryModule, WebhooksModule],
  providers: [TaskerWorker],
  exports: [EngineModule, EventsModule, InsightModule, LiveModule, TaskerWorker, WebhooksModule],
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
  ) {
    comeBeforeTheRoot(modules);
  }

  /** @throws InvalidOptionsError at start, with every problem; RepeatedForRootError */
  static forRoot(options: TaskerModuleOptions = {}): DynamicModule {
    return { module: TaskerModule, imports: [GivenOptionsModule.forRoot(options), ...faces(options)] };
  }

  /**
   * With options from other providers. Only `http` is given beside the factory, as routes exist before providers do.
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

  /** Handlers may use any module of the host, so steps begin when the last one is up. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.options.worker.start === 'auto') await this.worker.start();
  }

  /** Steps end, and listeners hear of it, before any module closes what handlers and listeners use. */
  async onModuleDestroy(): Promise<void> {
    this.feed.close(); // a server of GraphQL waits for answers that do not end by themselves
    try {
      const stopped = Promise.all([this.engine.stop(), this.webhooks.stop()]);
      const { shutdownTimeoutMs } = this.options.worker;
      await withinTime<unknown>(stopped, shutdownTimeoutMs + LAST_WORDS_MS, () => {
        this.logger.error(
          'The worker did not stop in time, because the database does not respond. Steps whose outcome it could not record run ' +
            'again elsewhere when its lease expires.',
        );
      });
    } catch (error) {
      // Thrown, it would keep Nest 11 from closing all other modules.
      this.logger.error(
        'Failed to sign off the worker; other workers take over its steps when its lease expires.',
        errorText(error),
      );
    }
  }
}

/**
 * Nest calls the hooks of a start module by module, those furthest from the root first, and the hooks of a shutdown the other way
 * round. A module that is nearer than the root itself starts after all others and is the first to hear of the shutdown.
 */
function comeBeforeTheRoot(modules: ModulesContainer): void {
  for (const module of modules.values()) if (module.metatype === TaskerModule) module.distance = -1;
}

function faces({ http }: TaskerStructure): DynamicModule[] {
  const { enabled, path } = { ...DEFAULTS.http, ...http };
  return enabled ? [RestModule.forPath(path), DashboardModule.forPath(path)] : [];
}
