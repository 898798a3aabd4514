import { Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
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
  type TaskerModuleAsyncOptions,
  type TaskerStructure,
} from './options/options.module.js';
import type { TaskerModuleOptions } from './options/tasker.options.js';
import { RestModule } from './rest/rest.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/**
 * Durable workflows for the host application: `forRoot` once, in the root module; other modules that inject our services import
 * the class as it is.
 */
@Module({
  imports: [OptionsModule, EngineModule, EventsModule, InsightModule, LiveModule, TelemetryModule, WebhooksModule],
  exports: [EngineModule, EventsModule, InsightModule, LiveModule, WebhooksModule],
})
export class TaskerModule implements OnModuleDestroy {
  constructor(
    private readonly feed: ChangeFeed,
    private readonly engine: EngineLifecycle,
  ) {}

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

  /**
   * The first that modules hear of a shutdown. A server of GraphQL, which is a module further down, waits here for answers that
   * do not end by themselves; no step is to begin meanwhile, and those that run have their time from now on.
   */
  onModuleDestroy(): void {
    this.feed.close();
    // Waited for before the application shuts down, where it also tells what went wrong.
    this.engine.stop().catch(() => undefined);
  }
}

function faces({ http }: TaskerStructure): DynamicModule[] {
  const { enabled, path } = { ...DEFAULTS.http, ...http };
  return enabled ? [RestModule.forPath(path), DashboardModule.forPath(path)] : [];
}
