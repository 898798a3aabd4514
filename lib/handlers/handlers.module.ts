import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { StepHandlerExplorer } from './step-handler.explorer.js';
import { StepHandlerRegistry } from './step-handler.registry.js';

@Module({
  imports: [DiscoveryModule],
  providers: [StepHandlerExplorer, StepHandlerRegistry],
  exports: [StepHandlerRegistry],
})
export class HandlersModule {}
