import { Module } from '@nestjs/common';
import { BackgroundModule } from '../background/background.module.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { KeyRing } from './key.ring.js';
import { SensitiveDataService } from './sensitive-data.service.js';
import { SensitiveReader } from './sensitive.reader.js';

@Module({
  imports: [BackgroundModule, PersistenceModule],
  providers: [KeyRing, SensitiveDataService, SensitiveReader],
  exports: [KeyRing, SensitiveDataService, SensitiveReader],
})
export class ProtectionModule {}
