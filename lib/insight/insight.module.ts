import { Module } from '@nestjs/common';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { HealthReader } from './health.reader.js';
import { TaskReader } from './task.reader.js';

@Module({
  imports: [PersistenceModule],
  providers: [TaskReader, HealthReader],
  exports: [TaskReader, HealthReader],
})
export class InsightModule {}
