import { Module } from '@nestjs/common';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { ChangeFeed } from './change.feed.js';

@Module({ imports: [PersistenceModule], providers: [ChangeFeed], exports: [ChangeFeed] })
export class LiveModule {}
