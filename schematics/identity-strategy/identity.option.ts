import type { Tree } from '@angular-devkit/schematics';
import { hostTypeScript } from '../host/host.packages';
import { importPath } from '../host/module.file';
import { sourceFiles } from '../host/source.files';
import { withModuleOption } from '../source/module.option';
import { withImports } from '../source/source.imports';
import type { ClassNames } from '../writing/class.artefact';
import { formattedAsBefore } from '../writing/formatting';

/** Sets `identity: { strategy }` in `TaskerModule.forRoot()`, and answers what is left to do where that is not possible. */
export async function setIdentityStrategy(
  tree: Tree,
  { className, file, host }: ClassNames,
): Promise<readonly string[]> {
  const typescript = hostTypeScript();
  const wanted = { module: 'TaskerModule', group: 'identity', option: 'strategy', value: className };
  for (const { path, text } of sourceFiles(tree, host.sourceRoot)) {
    if (!text.includes('TaskerModule') || /\.(spec|test)\.ts$/.test(path)) continue;
    const result = withModuleOption(typescript, text, wanted);
    if (result.kind === 'elsewhere') break;
    if (result.kind === 'present')
      return result.value === className ? [] : [replaceSentence(path, result.value, className)];
    if (result.kind === 'added') {
      const own = { name: className, from: importPath(path, file, host.isEsm) };
      const changed = withImports(typescript, result.text, [own]);
      tree.overwrite(path, await formattedAsBefore(path, text, changed));
      return [];
    }
  }
  return [`Set it in the options of TaskerModule: identity: { strategy: ${className} }.`];
}

function replaceSentence(path: string, present: string, className: string): string {
  return `${path} has identity.strategy: ${present}. Put ${className} in its place if this class is to decide.`;
}
