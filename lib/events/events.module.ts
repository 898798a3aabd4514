import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EventBus } from './event.bus.js';
import { SubscriberExplorer } from './subscriber.explorer.js';

@Module({ imports: [DiscoveryModule], providers: [EventBus, SubscriberExplorer], exports: [EventBus] })
export class EventsModule {}
