import { Module, type DynamicModule } from '@nestjs/common';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { EngineModule } from './engine/engine.module.js';
import { EventsModule } from './events/events.module.js';
import { InsightModule } from './insight/insight.module.js';
import { LiveModule } from './live/live.module.js';
import { DEFAULTS } from './options/default.options.js';
import { OptionsModule, type TaskerModuleAsyncOptions, type TaskerStructure } from './options/options.module.js';
import type { TaskerModuleOptions } from './options/tasker.options.js';
import { RestModule } from './rest/rest.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Durable workflows for the host application; import it once, in the root module. */
@Module({
  imports: [EngineModule, EventsModule, InsightModule, LiveModule, TelemetryModule, WebhooksModule],
  exports: [EngineModule, EventsModule, InsightModule, LiveModule, WebhooksModule],
})
export class TaskerModule {
  /** @throws InvalidOptionsError at start, with every problem */
  static forRoot(options: TaskerModuleOptions = {}): DynamicModule {
    return { module: TaskerModule, imports: [OptionsModule.forRoot(options), ...faces(options)] };
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
    return { module: TaskerModule, imports: [OptionsModule.forRootAsync(options), ...faces(options)] };
  }
}

function faces({ http }: TaskerStructure): DynamicModule[] {
  const { enabled, path } = { ...DEFAULTS.http, ...http };
  return enabled ? [RestModule.forPath(path), DashboardModule.forPath(path)] : [];
}
