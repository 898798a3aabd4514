import { Module } from '@nestjs/common';
import { SubjectGateway } from '../../lib/persistence/subject.gateway.js';

/** In the place of `PersistenceModule`, for a test of access that names no stored task. */
@Module({ providers: [{ provide: SubjectGateway, useValue: {} }], exports: [SubjectGateway] })
export class NoDatabase {}
