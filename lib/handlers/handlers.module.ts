import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BUILT_IN_HANDLERS } from './built-in.handlers.js';
import { StepHandlerExplorer } from './step-handler.explorer.js';
import { StepHandlerRegistry } from './step-handler.registry.js';
import { TaskHandlerExplorer } from './task-handler.explorer.js';
import { TaskHandlerRegistry } from './task-handler.registry.js';

@Module({
  imports: [DiscoveryModule],
  providers: [StepHandlerExplorer, StepHandlerRegistry, TaskHandlerExplorer, TaskHandlerRegistry, ...BUILT_IN_HANDLERS],
  exports: [StepHandlerRegistry, TaskHandlerExplorer, TaskHandlerRegistry],
})
export class HandlersModule {}
