import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { resolveOptions } from './resolve.options.js';
import type { TaskerModuleOptions } from './tasker.options.js';

/** Injection token of `ResolvedOptions`. */
export const TASKER_OPTIONS = Symbol('TASKER_OPTIONS');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<TaskerModuleOptions>({ moduleName: 'Tasker' })
    .setClassMethodName('forRoot')
    .setExtras({}, (definition) => ({ ...definition, global: true }))
    .build();

/** What `TaskerModule.forRootAsync` takes: `useFactory` with `inject`, `useClass` or `useExisting`. */
export type TaskerModuleAsyncOptions = typeof ASYNC_OPTIONS_TYPE;

/** Global, so that the modules of all rooms stay static. */
@Module({
  providers: [{ provide: TASKER_OPTIONS, useFactory: resolveOptions, inject: [MODULE_OPTIONS_TOKEN] }],
  exports: [TASKER_OPTIONS],
})
export class OptionsModule extends ConfigurableModuleClass {}
