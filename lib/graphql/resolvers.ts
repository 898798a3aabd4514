import type { Type } from '@nestjs/common';
import { ActionsResolver } from './mutations/actions.resolver.js';
import { ChangeResolver } from './mutations/change.resolver.js';
import { StartResolver } from './mutations/start.resolver.js';
import { TaskBulkResolver } from './mutations/task-bulk.resolver.js';
import { StepFieldsResolver } from './step.fields.resolver.js';
import { StepGraphFieldsResolver } from './step-graph.fields.resolver.js';
import { AnalyticsFieldsResolver } from './system/analytics.fields.resolver.js';
import { AuditResolver } from './system/audit.resolver.js';
import { DeadLetterResolver } from './system/dead-letter.resolver.js';
import { EventResolver } from './system/event.resolver.js';
import { SystemResolver } from './system/system.resolver.js';
import { TaskFieldsResolver } from './task.fields.resolver.js';
import { TaskResolver } from './task.resolver.js';
import { StepUpdateFieldsResolver, TaskUpdateFieldsResolver } from './subscriptions/update.fields.resolver.js';
import { UpdateResolver } from './subscriptions/update.resolver.js';
import { TemplateResolver } from './templates/template.resolver.js';

/** All resolvers of the schema. */
export const RESOLVERS: readonly Type[] = [
  ActionsResolver,
  AnalyticsFieldsResolver,
  AuditResolver,
  ChangeResolver,
  DeadLetterResolver,
  EventResolver,
  StartResolver,
  StepFieldsResolver,
  StepGraphFieldsResolver,
  StepUpdateFieldsResolver,
  SystemResolver,
  TaskBulkResolver,
  TaskFieldsResolver,
  TaskResolver,
  TaskUpdateFieldsResolver,
  TemplateResolver,
  UpdateResolver,
];
