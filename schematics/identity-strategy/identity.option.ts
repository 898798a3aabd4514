import type { Tree } from '@angular-devkit/schematics';
import { importPath } from '../host/module.file';
import { setTaskerOption } from '../host/tasker.options';
import { placeIn, type WantedOption } from '../source/module.option';
import type { TypeScript } from '../source/source.text';
import type { ClassNames } from '../writing/class.artefact';

/** Sets `identity: { strategy }` in the options of `TaskerModule`; if that is not possible, returns what is left to do. */
export async function setIdentityStrategy(
  tree: Tree,
  { className, file, host }: ClassNames,
): Promise<readonly string[]> {
  const outcome = await setTaskerOption(tree, host.sourceRoot, {
    option: (typescript) => identityOption(typescript, className),
    imports: (path) => [{ name: className, from: importPath(path, file, host.isEsm) }],
  });
  if (outcome.kind === 'added') return [];
  if (outcome.kind !== 'present') {
    return [`Set it in the options of TaskerModule: identity: { strategy: ${className} }.`];
  }
  const { path, value } = outcome;
  if (value === className) return [];
  return [`${path} has identity.strategy: ${value}. To use ${className}, put it in its place.`];
}

function identityOption(typescript: TypeScript, className: string): WantedOption {
  const strategy: WantedOption = {
    name: 'strategy',
    value: className,
    extend: (value) => ({ present: value.getText() }),
  };
  return {
    name: 'identity',
    value: `{ strategy: ${className} }`,
    extend: (value) =>
      typescript.isObjectLiteralExpression(value) ? placeIn(typescript, value, strategy) : 'elsewhere',
  };
}
