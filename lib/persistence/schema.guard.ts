import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { Database } from './database.js';
import { migrate } from './migration.runner.js';
import { requirePrivileges } from './role.privileges.js';

/** At start, brings the schema up to date or refuses to go on, as the option `migrations` says. */
@Injectable()
export class SchemaGuard implements OnModuleInit {
  private done: Promise<void> | undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly database: Database,
  ) {}

  onModuleInit(): Promise<void> {
    return this.ensure();
  }

  /** Resolves when the schema may be used; for parts whose own start-up needs it. Works once, however often called. */
  ensure(): Promise<void> {
    return (this.done ??= this.migrate());
  }

  private async migrate(): Promise<void> {
    if (this.options.migrations === 'off') return;
    const runner = this.database.dataSource.createQueryRunner();
    try {
      await requirePrivileges(runner, this.database.schema);
      await migrate(runner, this.database.schema, this.options.migrations);
    } finally {
      await runner.release();
    }
  }
}
