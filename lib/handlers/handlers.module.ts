import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BUILT_IN_HANDLERS } from './built-in.handlers.js';
import { StepHandlerExplorer } from './step-handler.explorer.js';
import { StepHandlerRegistry } from './step-handler.registry.js';

@Module({
  imports: [DiscoveryModule],
  providers: [StepHandlerExplorer, StepHandlerRegistry, ...BUILT_IN_HANDLERS],
  exports: [StepHandlerRegistry],
})
export class HandlersModule {}
