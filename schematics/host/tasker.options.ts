import type { Tree } from '@angular-devkit/schematics';
import { withTaskerOption, type OptionResult, type WantedOption } from '../source/module.option';
import type { NamedImport } from '../source/source.imports';
import type { TypeScript } from '../source/source.text';
import { formattedAsBefore } from '../writing/formatting';
import { hostTypeScript } from './host.packages';
import { sourceFiles } from './source.files';

export interface TaskerOption {
  option(typescript: TypeScript): WantedOption;
  /** What the file at the path imports for it. */
  imports(path: string): readonly NamedImport[];
}

/** What came of it, and in which file: empty where no file has the call. */
export type OptionOutcome = OptionResult & { readonly path: string };

/** Sets an option of `TaskerModule` in the file that calls `forRoot` or `forRootAsync`, if the options are written there. */
export async function setTaskerOption(tree: Tree, folder: string, wanted: TaskerOption): Promise<OptionOutcome> {
  const typescript = hostTypeScript();
  for (const { path, text } of sourceFiles(tree, folder)) {
    if (!text.includes('TaskerModule')) continue;
    const result = withTaskerOption(typescript, text, wanted.option(typescript), wanted.imports(path));
    if (result.kind === 'absent') continue;
    if (result.kind === 'added') tree.overwrite(path, await formattedAsBefore(path, text, result.text));
    return { ...result, path };
  }
  return { kind: 'absent', path: '' };
}
