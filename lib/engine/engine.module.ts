import { Module } from '@nestjs/common';
import { BackgroundModule } from '../background/background.module.js';
import { EventsModule } from '../events/events.module.js';
import { HandlersModule } from '../handlers/handlers.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { ProtectionModule } from '../protection/protection.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { BackPressure } from './tasks/back.pressure.js';
import { ClaimIntake } from './steps/claim.intake.js';
import { ClaimCapacity } from './steps/claim.capacity.js';
import { ClaimedSecrets } from './steps/claimed.secrets.js';
import { StepConcealment } from './steps/step.concealment.js';
import { CommitWatcher } from './tasks/commit.watcher.js';
import { ConcurrencyGovernor } from './steps/concurrency.governor.js';
import { EngineLifecycle } from './engine.lifecycle.js';
import { EngineSignals } from './engine.signals.js';
import { ClaimedNames } from './events/claimed.names.js';
import { EventPublisher } from './events/event.publisher.js';
import { TransitionPublisher } from './events/transition.publisher.js';
import { WorkPublisher } from './events/work.publisher.js';
import { ReadyNotifier } from './ready.notifier.js';
import { IdempotentRequests } from './idempotent.requests.js';
import { RecordService } from './tasks/record.service.js';
import { RunningSteps } from './steps/running.steps.js';
import { StepTemplateCache } from './steps/step-template.cache.js';
import { StepRunner } from './steps/step.runner.js';
import { StepTransactions } from './steps/step.transactions.js';
import { TaskBulkRunner } from './tasks/task.bulk.runner.js';
import { FinalHookRunner } from './tasks/final-hook.runner.js';
import { TaskIdentifier } from './tasks/task.identity.js';
import { TaskOperator } from './tasks/task.operator.js';
import { TaskPreparer } from './tasks/task.preparer.js';
import { TaskRerunner } from './tasks/task.rerunner.js';
import { TaskRetention } from './tasks/task.retention.js';
import { TaskService } from './tasks/task.service.js';
import { TaskStarter } from './tasks/task.starter.js';
import { TemplateSynchroniser } from './tasks/template.synchroniser.js';
import { WorkerMaintenance } from './steps/worker.maintenance.js';
import { WorkerIdentity } from './steps/worker.identity.js';
import { WorkerLoop } from './steps/worker.loop.js';
import { WorkerPasses } from './steps/worker.passes.js';
import { WorkerHealth } from './steps/worker.health.js';
import { CancellationWatcher } from './steps/cancellation.watcher.js';
import { Worker } from './steps/worker.js';

@Module({
  imports: [BackgroundModule, EventsModule, HandlersModule, PersistenceModule, ProtectionModule, TemplatesModule],
  providers: [
    BackPressure,
    ClaimIntake,
    ClaimedSecrets,
    ClaimCapacity,
    ClaimedNames,
    CommitWatcher,
    ConcurrencyGovernor,
    EngineLifecycle,
    EngineSignals,
    EventPublisher,
    ReadyNotifier,
    RecordService,
    IdempotentRequests,
    RunningSteps,
    StepTemplateCache,
    StepConcealment,
    StepRunner,
    StepTransactions,
    TaskBulkRunner,
    FinalHookRunner,
    TaskIdentifier,
    TaskOperator,
    TaskPreparer,
    TaskRerunner,
    TaskRetention,
    TaskService,
    TaskStarter,
    TemplateSynchroniser,
    TransitionPublisher,
    Worker,
    WorkerMaintenance,
    WorkerIdentity,
    WorkerLoop,
    WorkerPasses,
    WorkerHealth,
    WorkPublisher,
    CancellationWatcher,
  ],
  exports: [
    EngineLifecycle,
    RecordService,
    IdempotentRequests,
    TaskService,
    TemplatesModule,
    Worker,
    WorkerMaintenance,
    WorkerIdentity,
    WorkerLoop,
    WorkerHealth,
    CancellationWatcher,
  ],
})
export class EngineModule {}
