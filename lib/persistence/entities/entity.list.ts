import { AnnotationTypeEntity } from './annotation-type.entity.js';
import { ApiTokenEntity } from './api-token.entity.js';
import { ArchivedTaskEntity } from './archived-task.entity.js';
import { AuditChainEntity } from './audit-chain.entity.js';
import { AuditEntryEntity, UnsealedAuditEntryEntity } from './audit-entry.entity.js';
import { DataSubjectEntity } from './data-subject.entity.js';
import { DependentSystemObjectMapEntity } from './dependent-system-object-map.entity.js';
import { DependentSystemEntity } from './dependent-system.entity.js';
import { ErasedTaskEntity } from './erased-task.entity.js';
import { FinalHookEntity } from './final-hook.entity.js';
import { IdempotentRequestEntity } from './idempotent-request.entity.js';
import { LaneEntity } from './lane.entity.js';
import { LimitCheckEntity } from './limit-check.entity.js';
import { LimitStartEntity } from './limit-start.entity.js';
import { LostTotalEntity } from './lost-total.entity.js';
import { NamedStepEntity } from './named-step.entity.js';
import { NamedTaskRevisionEntity } from './named-task-revision.entity.js';
import { NamedTaskEntity } from './named-task.entity.js';
import { NamedTasksNamedStepEntity } from './named-tasks-named-step.entity.js';
import { OperatorActionEntity } from './operator-action.entity.js';
import { ReadyStepEntity } from './ready-step.entity.js';
import { SensitiveValueEntity } from './sensitive-value.entity.js';
import { SetAsideTaskEntity } from './set-aside-task.entity.js';
import { StateTotalDeltaEntity } from './state-total-delta.entity.js';
import { StateTotalEntity } from './state-total.entity.js';
import { TaskAnnotationEntity } from './task-annotation.entity.js';
import { TaskDeadlineEntity } from './task-deadline.entity.js';
import { TaskIdentityEntity } from './task-identity.entity.js';
import { TaskNamespaceEntity } from './task-namespace.entity.js';
import { TaskTransitionEntity } from './task-transition.entity.js';
import { TaskEntity } from './task.entity.js';
import { WebhookCursorEntity } from './webhook-cursor.entity.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import { WebhookEntity } from './webhook.entity.js';
import { WorkerEntity } from './worker.entity.js';
import { WorkflowStepEdgeEntity } from './workflow-step-edge.entity.js';
import { WorkflowStepTransitionEntity } from './workflow-step-transition.entity.js';
import { WorkflowStepEntity } from './workflow-step.entity.js';

/**
 * A TypeORM entity for every table, for reading only. To write, use the services: the engine does not notice a state
 * that was changed without its transition, counters and ready row.
 */
export const TASKER_ENTITIES = [
  TaskNamespaceEntity,
  NamedTaskEntity,
  NamedTaskRevisionEntity,
  NamedStepEntity,
  NamedTasksNamedStepEntity,
  IdempotentRequestEntity,
  LaneEntity,
  TaskEntity,
  WorkflowStepEntity,
  WorkflowStepEdgeEntity,
  TaskTransitionEntity,
  WorkflowStepTransitionEntity,
  TaskIdentityEntity,
  TaskDeadlineEntity,
  OperatorActionEntity,
  ArchivedTaskEntity,
  FinalHookEntity,
  ReadyStepEntity,
  LimitCheckEntity,
  LimitStartEntity,
  WorkerEntity,
  StateTotalEntity,
  SetAsideTaskEntity,
  StateTotalDeltaEntity,
  LostTotalEntity,
  AnnotationTypeEntity,
  TaskAnnotationEntity,
  DependentSystemEntity,
  DependentSystemObjectMapEntity,
  WebhookEntity,
  WebhookDeliveryEntity,
  WebhookCursorEntity,
  ApiTokenEntity,
  SensitiveValueEntity,
  DataSubjectEntity,
  ErasedTaskEntity,
  UnsealedAuditEntryEntity,
  AuditEntryEntity,
  AuditChainEntity,
] as const;
