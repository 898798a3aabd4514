import type { DynamicModule, Type } from '@nestjs/common';
import { GivenOptionsModule, OptionsModule } from '../../lib/options/options.module.js';
import type { TaskerModuleOptions } from '../../lib/options/tasker.options.js';

/** What a room needs in place of `TaskerModule`: the options of a host, with their defaults. */
export const given = (options: TaskerModuleOptions = {}): readonly (DynamicModule | Type)[] => [
  GivenOptionsModule.forRoot(options),
  OptionsModule,
];
