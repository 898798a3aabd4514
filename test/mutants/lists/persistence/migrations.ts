import type { MutantsOfFile } from '../../mutant.js';
import { hostMigration, migrationRunner } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/persistence/migration.runner.ts',
    tests: [migrationRunner, hostMigration],
    mutants: [
      {
        mistake: 'applies a migration again that has changed',
        find: 'if (isMigration(file.name)) return false;',
        replace: '',
      },
      {
        mistake: 'replaces functions of a newer package',
        find: '&& !gt(stored.package_version, packageVersion())',
        replace: `&& !gt(packageVersion(), '999.0.0')`,
      },
      {
        mistake: 'lets two processes migrate at once',
        find: 'await connection.query(`select pg_advisory_xact_lock(hashtext($1))`, [`nestjs-tasker migrations of ${schema}`]);',
        replace: '',
      },
      {
        mistake: 'says nothing of migrations that it does not know',
        find: 'isMigration(name) && !known.has(name)',
        replace: 'false && !known.has(name)',
      },
    ],
  },
];
