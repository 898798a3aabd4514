import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { resolveOptions } from './resolve.options.js';
import type { HttpOptions, TaskerModuleOptions } from './tasker.options.js';

/** Injection token of `ResolvedOptions`. */
export const TASKER_OPTIONS = Symbol('TASKER_OPTIONS');
/** Injection token of the part that is known when modules are defined. */
const STRUCTURE = Symbol('TASKER_STRUCTURE');

/** What decides which routes exist, so it cannot come from a factory: `forRootAsync` takes it beside `useFactory`. */
export interface TaskerStructure {
  readonly http?: HttpOptions;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } = new ConfigurableModuleBuilder<
  Omit<TaskerModuleOptions, keyof TaskerStructure>
>({ moduleName: 'Tasker' })
  .setClassMethodName('forRoot')
  .setExtras<TaskerStructure>({}, ({ providers = [], ...definition }, { http }) => ({
    ...definition,
    providers: [...providers, { provide: STRUCTURE, useValue: { http: http ?? {} } }],
    global: true,
  }))
  .build();

/** What `TaskerModule.forRootAsync` takes: `useFactory` with `inject`, `useClass` or `useExisting`; and `http`. */
export type TaskerModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** Global, so that the modules of all rooms stay static. */
@Module({
  providers: [
    {
      provide: TASKER_OPTIONS,
      useFactory: (options: TaskerModuleOptions, structure: TaskerStructure) =>
        resolveOptions({ ...options, ...structure }),
      inject: [MODULE_OPTIONS_TOKEN, STRUCTURE],
    },
  ],
  exports: [TASKER_OPTIONS],
})
export class OptionsModule extends ConfigurableModuleClass {}
