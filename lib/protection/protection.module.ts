import { Module } from '@nestjs/common';
import { BackgroundModule } from '../background/background.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { KeyRing } from './key.ring.js';
import { Reencryption } from './reencryption.js';
import { SensitiveDataService } from './sensitive-data.service.js';
import { SensitiveReader } from './sensitive.reader.js';
import { TaskerSensitiveData } from './tasker-sensitive-data.js';

@Module({
  imports: [BackgroundModule, PersistenceModule],
  providers: [KeyRing, Reencryption, SensitiveDataService, SensitiveReader, TaskerSensitiveData],
  exports: [Reencryption, SensitiveDataService, SensitiveReader, TaskerSensitiveData],
})
export class ProtectionModule {}
