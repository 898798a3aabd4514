import { TemplatesNotImportedError } from './cli.errors.js';
import { writeLines, type AddCommand } from './command.io.js';
import { writeFiles } from './files.writing.js';
import { generatedName } from './rails/handler.names.js';
import { noteLines } from './rails/import.note.js';
import {
  filesInTheWay,
  importTemplates,
  type ImportedHandler,
  type ImportedTemplate,
} from './rails/template.import.js';

const OUT = 'config/tasker/tasks';

interface ImportOptions {
  readonly out: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** `tasker import-templates`: turns the templates of Rails Tasker into ours, all of them or none, and says what became of them. */
export const addImportTemplatesCommand: AddCommand = (program, io) => {
  program
    .command('import-templates')
    .description(
      'Turn YAML templates of Rails Tasker into templates of nestjs-tasker; exits with 1 when any cannot be.',
    )
    .argument('<path>', 'folder of its templates, or one file')
    .option('--out <folder>', 'where to write ours', OUT)
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--force', 'replace files that are there with another text')
    .action((path: string, { out, dryRun = false, force = false }: ImportOptions) => {
      const { templates, handlers, problems } = importTemplates(path, out);
      const inTheWay = filesInTheWay(templates);
      const refused = force ? [] : inTheWay.map((file) => `${file} is there with another text; --force replaces it`);
      const reasons = [...problems, ...refused];
      if (reasons.length > 0) throw new TemplatesNotImportedError(reasons);
      if (!dryRun) writeFiles(templates);
      writeLines(
        io.stdout,
        ...templates.flatMap(reportOf),
        ...handlerLines(handlers),
        ...closingLines(templates, out, dryRun),
      );
    });
};

function reportOf({ source, path, label, notes }: ImportedTemplate): string[] {
  return [`${source} → ${path} (${label})`, ...noteLines(notes), ''];
}

function handlerLines(handlers: readonly ImportedHandler[]): string[] {
  if (handlers.length === 0) return [];
  return [
    'Step handlers to write:',
    ...handlers.flatMap(({ className, name, kind }) => [
      `  # ${className}`,
      `  npx nestjs-tasker generate step-handler ${generatedName(name)}${kind === 'plain' ? '' : ` --kind ${kind}`}`,
    ]),
    '',
  ];
}

function closingLines(templates: readonly ImportedTemplate[], out: string, dryRun: boolean): string[] {
  const count = templates.length === 1 ? 'The template is' : `All ${templates.length} templates are`;
  return [
    'In all of them, failed steps are really retried now, up to retry_limit attempts (3 by default, as before).',
    'See docs/from-rails-tasker.md for everything else that behaves differently.',
    dryRun ? `${count} valid. Nothing was written: this was a dry run.` : `${count} valid and in ${out}.`,
  ];
}
