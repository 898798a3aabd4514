import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { HandlersModule } from '../handlers/handlers.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { BackPressure } from './tasks/back.pressure.js';
import { ClaimIntake } from './steps/claim.intake.js';
import { ClaimRoom } from './steps/claim.room.js';
import { CommitWatcher } from './tasks/commit.watcher.js';
import { ConcurrencyGovernor } from './steps/concurrency.governor.js';
import { EngineLifecycle } from './engine.lifecycle.js';
import { FactPublisher } from './steps/fact.publisher.js';
import { ReadySignal } from './ready.signal.js';
import { RequestLedger } from './request.ledger.js';
import { RecordService } from './tasks/record.service.js';
import { RunningSteps } from './steps/running.steps.js';
import { StandingFaults } from './standing.faults.js';
import { StepDefinitionCache } from './steps/step-definition.cache.js';
import { StepRunner } from './steps/step.runner.js';
import { StepTransactions } from './steps/step.transactions.js';
import { TaskBulkRunner } from './tasks/task.bulk.runner.js';
import { TaskFinisher } from './tasks/task.finisher.js';
import { TaskIdentifier } from './tasks/task.identity.js';
import { TaskOperator } from './tasks/task.operator.js';
import { TaskPreparer } from './tasks/task.preparer.js';
import { TaskRerunner } from './tasks/task.rerunner.js';
import { TaskRetention } from './tasks/task.retention.js';
import { TaskService } from './tasks/task.service.js';
import { TaskStarter } from './tasks/task.starter.js';
import { TemplateSynchroniser } from './tasks/template.synchroniser.js';
import { WorkerHeart } from './steps/worker.heart.js';
import { WorkerIdentity } from './steps/worker.identity.js';
import { WorkerLoop } from './steps/worker.loop.js';
import { WorkerPasses } from './steps/worker.passes.js';
import { WorkerPulse } from './steps/worker.pulse.js';
import { WorkerWatch } from './steps/worker.watch.js';
import { Worker } from './steps/worker.js';

@Module({
  imports: [EventsModule, HandlersModule, PersistenceModule, TemplatesModule],
  providers: [
    BackPressure,
    ClaimIntake,
    ClaimRoom,
    CommitWatcher,
    ConcurrencyGovernor,
    EngineLifecycle,
    FactPublisher,
    ReadySignal,
    RecordService,
    RequestLedger,
    RunningSteps,
    StandingFaults,
    StepDefinitionCache,
    StepRunner,
    StepTransactions,
    TaskBulkRunner,
    TaskFinisher,
    TaskIdentifier,
    TaskOperator,
    TaskPreparer,
    TaskRerunner,
    TaskRetention,
    TaskService,
    TaskStarter,
    TemplateSynchroniser,
    Worker,
    WorkerHeart,
    WorkerIdentity,
    WorkerLoop,
    WorkerPasses,
    WorkerPulse,
    WorkerWatch,
  ],
  exports: [
    EngineLifecycle,
    RecordService,
    RequestLedger,
    StandingFaults,
    TaskService,
    TemplatesModule,
    Worker,
    WorkerHeart,
    WorkerIdentity,
    WorkerLoop,
    WorkerPulse,
    WorkerWatch,
  ],
})
export class EngineModule {}
