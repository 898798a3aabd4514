import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { inOwnContext } from '../options/own.context.js';
import { Database } from './database.js';
import { requireSuitableDatabase } from './database.check.js';
import { migrate } from './migration.runner.js';
import { patiently } from './start.patience.js';
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
    return (this.done ??= inOwnContext(() => patiently('prepare the schema', () => this.migrate())));
  }

  private async migrate(): Promise<void> {
    const { schema } = this.database;
    const { migrations } = this.options;
    // An index may take hours, and so may the wait for a process that makes it.
    await this.database.withSession(async (session) => {
      await requireSuitableDatabase(session);
      if (migrations === 'off') return;
      await requirePrivileges(session, schema);
      await migrate(session, schema, migrations);
    }, Infinity);
  }
}
