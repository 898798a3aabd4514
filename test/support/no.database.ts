import { Module, type DynamicModule } from '@nestjs/common';
import { AuditGateway } from '../../lib/persistence/audit.gateway.js';
import { AuditListGateway } from '../../lib/persistence/audit-list.gateway.js';
import { AuditWriter } from '../../lib/persistence/audit.writer.js';
import { SubjectGateway } from '../../lib/persistence/subject.gateway.js';

/** In the place of `PersistenceModule`, for a test of access that notes nothing, and that names no stored task. */
@Module({})
export class NoDatabase {
  /** @param subjects finds the tasks that the test names */
  static with(subjects: Partial<SubjectGateway> = {}): DynamicModule {
    const providers = [
      { provide: SubjectGateway, useValue: subjects },
      { provide: AuditGateway, useValue: {} },
      { provide: AuditListGateway, useValue: {} },
      { provide: AuditWriter, useValue: { entryOf: () => null } },
    ];
    return { module: NoDatabase, providers, exports: providers.map(({ provide }) => provide) };
  }
}
