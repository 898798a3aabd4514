import { Module } from '@nestjs/common';
import { BackgroundModule } from '../background/background.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { AuditLifecycle } from './audit.lifecycle.js';
import { AuditRetention } from './audit.retention.js';
import { AuditSealer } from './audit.sealer.js';
import { AuditService } from './audit.service.js';
import { AuditVerifier } from './audit.verifier.js';
import { DenialRecorder } from './denial.recorder.js';
import { HeadPublisher } from './head.publisher.js';

@Module({
  imports: [BackgroundModule, PersistenceModule],
  providers: [AuditLifecycle, AuditRetention, AuditSealer, AuditService, AuditVerifier, DenialRecorder, HeadPublisher],
  exports: [AuditLifecycle, AuditRetention, AuditSealer, AuditService, AuditVerifier, DenialRecorder, HeadPublisher],
})
export class AuditModule {}
