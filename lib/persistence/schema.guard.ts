import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { inOwnContext } from '../options/own.context.js';
import { Database } from './database.js';
import { requireSuitableDatabase } from './database.check.js';
import { DatabaseBehindError } from './migration.errors.js';
import { migrate } from './migration.runner.js';
import type { Session } from './session.js';
import { patiently } from './start.patience.js';
import { requirePrivileges } from './role.privileges.js';

/** At start, migrates or checks the schema, as the option `migrations` says. */
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

  /**
   * Resolves when the schema may be used, for services whose start needs it. Further calls share the first one's work.
   */
  ensure(): Promise<void> {
    return (this.done ??= inOwnContext(() => patiently('prepare the schema', () => this.migrate())));
  }

  private async migrate(): Promise<void> {
    const { migrations } = this.options;
    const isCurrent = await this.database.withSession((session) => this.check(session));
    if (isCurrent) return;
    // Building an index may take hours, and so may the wait for a process that builds it.
    await this.database.withSession((session) => migrate(session, this.database.schema, migrations), Infinity);
  }

  /** Returns whether the schema is up to date. With `off`, it is not checked. */
  private async check(session: Session): Promise<boolean> {
    const { schema } = this.database;
    const { migrations } = this.options;
    await requireSuitableDatabase(session);
    if (migrations === 'off') return true;
    await requirePrivileges(session, schema);
    try {
      await migrate(session, schema, 'verify');
      return true;
    } catch (error) {
      if (migrations === 'apply' && error instanceof DatabaseBehindError) return false;
      throw error;
    }
  }
}
