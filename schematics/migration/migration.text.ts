export interface MigrationParts {
  readonly className: string;
  /** Version of this package. */
  readonly version: string;
  readonly schema: string;
}

export function migrationText({ className, version, schema }: MigrationParts): string {
  return `import { applyTaskerMigrations } from 'nestjs-tasker';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Brings the tables and functions of nestjs-tasker to ${version}, or to the later version that is installed when it runs. */
export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    await applyTaskerMigrations(runner, { schema: '${schema}' });
  }

  /** There is no way back to an earlier version, and dropping the schema would drop every task. */
  down(): Promise<void> {
    const problem = 'The tables of nestjs-tasker cannot be migrated back. Restore a backup, or drop the schema "${schema}" by hand.';
    return Promise.reject(new Error(problem));
  }
}
`;
}
