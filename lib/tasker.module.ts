import { Module, type DynamicModule } from '@nestjs/common';
import { EngineModule } from './engine/engine.module.js';
import { EventsModule } from './events/events.module.js';
import { OptionsModule, type TaskerModuleAsyncOptions } from './options/options.module.js';
import type { TaskerModuleOptions } from './options/tasker.options.js';

/** Durable workflows for the host application; import it once, in the root module. */
@Module({ imports: [EngineModule, EventsModule], exports: [EngineModule, EventsModule] })
export class TaskerModule {
  static forRoot(options: TaskerModuleOptions = {}): DynamicModule {
    return { module: TaskerModule, imports: [OptionsModule.forRoot(options)] };
  }

  static forRootAsync(options: TaskerModuleAsyncOptions): DynamicModule {
    return { module: TaskerModule, imports: [OptionsModule.forRootAsync(options)] };
  }
}
