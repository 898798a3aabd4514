import type { NewFile } from '../../writing/write.files';
import type { AppChoice } from '../app.options';
import { byName } from '../workflow';

/** The output of `npx nestjs-tasker types` for the templates. */
export function definitionsFile({ workflows }: AppChoice): NewFile {
  const definitions = byName(workflows).map(({ definition }) => definition);
  return { path: 'src/task-templates.ts', text: `${HEAD}\n${definitions.join('\n')}` };
}

const HEAD = `// Written by \`npx nestjs-tasker types\` from the task templates in YAML; run it again when they change.
// For types only: the YAML files are the templates, so do not list these under \`templates\` too.
import { defineTask, type, type JsonValue } from 'nestjs-tasker';
`;
