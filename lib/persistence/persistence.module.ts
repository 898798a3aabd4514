import { Module } from '@nestjs/common';
import { OfThisCopy } from '../options/package.copies.js';
import { AnalyticsGateway } from './analytics.gateway.js';
import { ApiTokenGateway } from './api-token.gateway.js';
import { AuditGateway } from './audit.gateway.js';
import { AuditListGateway } from './audit-list.gateway.js';
import { AuditWriter } from './audit.writer.js';
import { ChangeGateway } from './change.gateway.js';
import { ClockGateway } from './clock.gateway.js';
import { Database } from './database.js';
import { FinalHookGateway } from './final-hook.gateway.js';
import { IdempotencyGateway } from './idempotency.gateway.js';
import { OperatorGateway } from './operator.gateway.js';
import { ReadyChannelFactory } from './ready.channel.js';
import { RecordGateway } from './record.gateway.js';
import { RetentionGateway } from './retention.gateway.js';
import { SchemaGuard } from './schema.guard.js';
import { SensitiveValueGateway } from './sensitive-value.gateway.js';
import { SubjectGateway } from './subject.gateway.js';
import { TaskDetailGateway } from './task-detail.gateway.js';
import { TaskListGateway } from './task-list.gateway.js';
import { TaskScopeGateway } from './task-scope.gateway.js';
import { TaskGateway } from './task.gateway.js';
import { TemplateGateway } from './template.gateway.js';
import { WebhookDeliveryGateway } from './webhook-delivery.gateway.js';
import { WebhookGateway } from './webhook.gateway.js';
import { WorkerGateway } from './worker.gateway.js';
import { WorkerListGateway } from './worker-list.gateway.js';

const GATEWAYS = [
  AnalyticsGateway,
  ApiTokenGateway,
  AuditGateway,
  AuditListGateway,
  AuditWriter,
  ChangeGateway,
  ClockGateway,
  FinalHookGateway,
  IdempotencyGateway,
  OperatorGateway,
  RecordGateway,
  RetentionGateway,
  SensitiveValueGateway,
  SubjectGateway,
  TaskDetailGateway,
  TaskListGateway,
  TaskScopeGateway,
  TaskGateway,
  TemplateGateway,
  WebhookDeliveryGateway,
  WebhookGateway,
  WorkerGateway,
  WorkerListGateway,
];

@OfThisCopy()
@Module({
  providers: [Database, SchemaGuard, ReadyChannelFactory, ...GATEWAYS],
  exports: [Database, SchemaGuard, ReadyChannelFactory, ...GATEWAYS],
})
export class PersistenceModule {}
