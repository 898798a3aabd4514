import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EmitterBridge } from './emitter.bridge.js';
import { EventBus } from './event.bus.js';
import { EventCatalogueReader } from './event-catalogue.reader.js';
import { SubscriberExplorer } from './subscriber.explorer.js';

@Module({
  imports: [DiscoveryModule],
  providers: [EmitterBridge, EventBus, EventCatalogueReader, SubscriberExplorer],
  exports: [EventBus, EventCatalogueReader],
})
export class EventsModule {}
