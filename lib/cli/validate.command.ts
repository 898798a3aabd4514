import { DEFAULTS } from '../options/default.options.js';
import { resolveOptions } from '../options/resolve.options.js';
import { InvalidTaskTemplatesError } from '../templates/invalid-task-templates.error.js';
import { loadTemplates } from '../templates/template.loader.js';
import { templateLabel } from '../workflow/task-template.js';
import { writeLines, type AddCommand } from './command.io.js';

interface ValidateOptions {
  readonly environment?: string;
  readonly variables?: true;
}

/** `tasker validate`: checks template files without a database. */
export const addValidateCommand: AddCommand = (program, io) => {
  program
    .command('validate')
    .description('Check task templates; exits with 1 and lists every problem if there are any.')
    .argument('<paths...>', 'YAML files, or folders of them')
    .option('--environment <name>', 'environment whose overlays apply (default: TASKER_ENV, NODE_ENV or "development")')
    .option('--variables', 'also check that every ${VARIABLE} without a default is set here')
    .action((paths: readonly string[], { environment, variables }: ValidateOptions) => {
      const { templates, problems } = loadTemplates(paths, {
        environment: environment ?? resolveOptions({}).templates.environment,
        variables: variables ? io.env : null,
        steps: DEFAULTS.steps,
      });
      if (problems.length > 0) throw new InvalidTaskTemplatesError(problems);
      writeLines(io.stdout, ...templates.map(({ template }) => templateLabel(template)), summary(templates.length));
    });
};

function summary(count: number): string {
  if (count === 0) return 'No templates were found.';
  return count === 1 ? 'The template is valid.' : `All ${count} templates are valid.`;
}
