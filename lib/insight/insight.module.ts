import { Module } from '@nestjs/common';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { AnalyticsReader } from './analytics.reader.js';
import { HealthReader } from './health.reader.js';
import { TaskReader } from './task.reader.js';

@Module({
  imports: [PersistenceModule],
  providers: [TaskReader, HealthReader, AnalyticsReader],
  exports: [TaskReader, HealthReader, AnalyticsReader],
})
export class InsightModule {}
