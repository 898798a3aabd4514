import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { HandlersModule } from '../handlers/handlers.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { TemplatesModule } from '../templates/templates.module.js';
import { CommitWatcher } from './commit.watcher.js';
import { ConcurrencyGovernor } from './concurrency.governor.js';
import { EngineLifecycle } from './engine.lifecycle.js';
import { FactPublisher } from './fact.publisher.js';
import { ReadySignal } from './ready.signal.js';
import { RecordService } from './record.service.js';
import { StepDefinitionCache } from './step-definition.cache.js';
import { StepRunner } from './step.runner.js';
import { StepTransactions } from './step.transactions.js';
import { TaskBulkRunner } from './task.bulk.runner.js';
import { TaskFinisher } from './task.finisher.js';
import { TaskIdentifier } from './task.identity.js';
import { TaskOperator } from './task.operator.js';
import { TaskPreparer } from './task.preparer.js';
import { TaskRerunner } from './task.rerunner.js';
import { TaskRetention } from './task.retention.js';
import { TaskService } from './task.service.js';
import { TaskStarter } from './task.starter.js';
import { TemplateSynchroniser } from './template.synchroniser.js';
import { WorkerHeart } from './worker.heart.js';
import { WorkerIdentity } from './worker.identity.js';
import { WorkerLoop } from './worker.loop.js';
import { WorkerWatch } from './worker.watch.js';
import { Worker } from './worker.js';

@Module({
  imports: [EventsModule, HandlersModule, PersistenceModule, TemplatesModule],
  providers: [
    CommitWatcher,
    ConcurrencyGovernor,
    EngineLifecycle,
    FactPublisher,
    ReadySignal,
    RecordService,
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
    WorkerWatch,
  ],
  exports: [RecordService, TaskService, TemplatesModule, Worker, WorkerHeart, WorkerIdentity, WorkerLoop, WorkerWatch],
})
export class EngineModule {}
