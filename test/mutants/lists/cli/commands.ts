import type { MutantsOfFile } from '../../mutant.js';
import {
  applicationRole,
  databaseCommands,
  devDatabaseRunner,
  filesWriting,
  hostPrettier,
  importTemplates,
  rubyScalars,
  taskerProgram,
  typesCommand,
  typesFile,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/cli/database.session.ts',
    tests: [databaseCommands],
    mutants: [
      {
        mistake: 'overlooks the refusal that is the cause of an error',
        find: '[error, (error as Error).cause].find',
        replace: '[error].find',
      },
    ],
  },
  {
    file: 'lib/cli/migrate.command.ts',
    tests: [applicationRole],
    mutants: [
      {
        mistake: 'migrates for a role that cannot be granted anything',
        find: 'await requireGrantable(client, schema, appRole);',
        replace: '',
      },
    ],
  },
  {
    file: 'lib/cli/tasker.program.ts',
    tests: [taskerProgram],
    mutants: [
      {
        mistake: 'fails when it is asked what it can do',
        find: 'error.exitCode === 0 ? EXIT.ok : EXIT.failed',
        replace: 'EXIT.failed',
      },
    ],
  },
  {
    file: 'lib/cli/files.writing.ts',
    tests: [filesWriting],
    mutants: [
      {
        mistake: 'leaves drafts behind where it fails',
        find: 'for (const { draft } of drafts) rmSync(draft, { force: true });',
        replace: '',
      },
      {
        mistake: 'moves a file to its place before the others are written',
        find: 'writeFileSync(drafts.at(-1)!.draft, text);',
        replace: 'writeFileSync(drafts.at(-1)!.draft, text); renameSync(drafts.at(-1)!.draft, drafts.pop()!.path);',
      },
    ],
  },
  {
    file: 'lib/cli/dev-database.runner.ts',
    tests: [devDatabaseRunner],
    mutants: [
      {
        mistake: 'waits for those who use the server of another command',
        find: 'received.size > 0 && server.isOwn',
        replace: 'received.size > 0',
      },
    ],
  },
  {
    file: 'lib/cli/rails/template.import.ts',
    tests: [importTemplates],
    mutants: [
      {
        mistake: 'refuses to write again what it has written',
        find: 'there !== null && there !== text',
        replace: 'there !== null',
      },
    ],
  },
  {
    file: 'lib/cli/rails/step.conversion.ts',
    tests: [importTemplates],
    mutants: [
      {
        mistake: 'forgets in an overlay what the base waits for by its other key',
        find: 'step.has(key) ? valueAt(step, key) : base[key]',
        replace: 'valueAt(step, key)',
      },
    ],
  },
  {
    file: 'lib/cli/rails/ruby.scalars.ts',
    tests: [rubyScalars],
    mutants: [
      {
        mistake: 'reads an octal number as a decimal one',
        find: 'Number.parseInt(`${octal[1]}${octal[2]}`, 8)',
        replace: 'Number.parseInt(`${octal[1]}${octal[2]}`, 10)',
      },
    ],
  },
  {
    file: 'lib/cli/types/template.names.ts',
    tests: [typesCommand],
    mutants: [
      {
        mistake: 'takes a pre-release for the latest version',
        find: 'Number(semver.prerelease(a) === null) - Number(semver.prerelease(b) === null) || semver.compare(a, b)',
        replace: 'semver.compare(a, b)',
      },
    ],
  },
  {
    file: 'lib/cli/types/types.file.ts',
    tests: [typesFile],
    mutants: [
      {
        mistake: 'lets a description end its comment',
        find: String.raw`.replaceAll('*/', '*\\/')`,
        replace: '',
      },
    ],
  },
  {
    file: 'lib/cli/host.prettier.ts',
    tests: [hostPrettier],
    mutants: [
      {
        mistake: 'formats with a Prettier that the host does not use',
        find: `if (!('prettier' in { ...dependencies, ...devDependencies })) return null;`,
        replace: '',
      },
    ],
  },
];
