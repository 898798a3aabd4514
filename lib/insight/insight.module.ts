import { Module } from '@nestjs/common';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { AnalyticsReader } from './analytics.reader.js';
import { AnnotationTypeReader } from './annotation-type.reader.js';
import { DeadLetterReader } from './dead-letter.reader.js';
import { HealthReader } from './health.reader.js';
import { PerformanceReader } from './performance.reader.js';
import { StepReader } from './step.reader.js';
import { SystemStatusReader } from './system-status.reader.js';
import { TaskReader } from './task.reader.js';
import { TemplateReader } from './template.reader.js';
import { WorkerReader } from './worker.reader.js';

const READERS = [
  AnalyticsReader,
  AnnotationTypeReader,
  DeadLetterReader,
  HealthReader,
  PerformanceReader,
  StepReader,
  SystemStatusReader,
  TaskReader,
  TemplateReader,
  WorkerReader,
];

@Module({ imports: [PersistenceModule, TemplatesModule], providers: READERS, exports: READERS })
export class InsightModule {}
