import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { EventLog } from './event.log.js';

@Module({ imports: [EventsModule], providers: [EventLog] })
export class TelemetryModule {}
