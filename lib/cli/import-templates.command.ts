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

/** `tasker import-templates`: converts the templates of Rails Tasker, all of them or none, and reports the changes. */
export const addImportTemplatesCommand: AddCommand = (program, io) => {
  program
    .command('import-templates')
    .description('Convert YAML templates of Rails Tasker to nestjs-tasker; exits with 1 if any cannot be converted.')
    .argument('<path>', 'folder of its templates, or one file')
    .option('--out <folder>', 'where to write the templates', OUT)
    .option('--dry-run', 'report what would be written, but write nothing')
    .option('--force', 'replace existing files with different content')
    .action((path: string, { out, dryRun = false, force = false }: ImportOptions) => {
      const { templates, handlers, problems } = importTemplates(path, out);
      const inTheWay = filesInTheWay(templates);
      const refused = force
        ? []
        : inTheWay.map((file) => `${file} already exists with different content; --force replaces it`);
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
    'Failed steps are now actually retried, up to retry_limit attempts (3 by default, as before).',
    'See docs/from-rails-tasker.md for all other differences in behaviour.',
    dryRun ? `${count} valid. Nothing was written: this was a dry run.` : `${count} valid and in ${out}.`,
  ];
}
