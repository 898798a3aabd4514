import { DEFAULTS } from '../options/default.options.js';
import { InvalidTaskTemplatesError } from '../templates/invalid-task-templates.error.js';
import { loadTemplates } from '../templates/template.loader.js';
import { OutdatedTypesError } from './cli.errors.js';
import { writeLines, type AddCommand } from './command.io.js';
import { textIn, writeFiles } from './files.writing.js';
import { formattedByHost } from './host.prettier.js';
import { typesFile } from './types/types.file.js';

const PATHS = ['config/tasker/tasks'];
const OUT = 'src/task-templates.ts';

interface TypesOptions {
  readonly out: string;
  readonly check?: boolean;
}

/** `tasker types`: writes YAML templates in the form of `defineTask`, for the compiler. */
export const addTypesCommand: AddCommand = (program, io) => {
  program
    .command('types')
    .description('Write the types of YAML templates, so that the compiler checks starts and handlers.')
    .argument('[paths...]', 'YAML files, or folders of them', PATHS)
    .option('--out <file>', 'the file to write', OUT)
    .option('--check', 'write nothing, and exit with 1 if the file is out of date')
    .action(async (paths: readonly string[], { out, check = false }: TypesOptions) => {
      // Without overlays, because the file is the same for all environments.
      const settings = { environment: '', variables: null, steps: DEFAULTS.steps };
      const { templates, problems } = loadTemplates(paths, settings);
      if (problems.length > 0) throw new InvalidTaskTemplatesError(problems);
      const text = await formattedByHost(out, typesFile(templates.map(({ template }) => template)));
      const isCurrent = textIn(out) === text;
      if (check && !isCurrent) throw new OutdatedTypesError(out);
      if (!isCurrent) writeFiles([{ path: out, text }]);
      writeLines(
        io.stdout,
        isCurrent ? `${out} is up to date.` : `${out} has the types of ${counted(templates.length)}.`,
      );
    });
};

function counted(count: number): string {
  return count === 1 ? '1 template' : `${count} templates`;
}
