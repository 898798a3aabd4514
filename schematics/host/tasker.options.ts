import type { Tree } from '@angular-devkit/schematics';
import { placeIn, withTaskerOption, type OptionResult, type WantedOption } from '../source/module.option';
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

/** An option in a group, such as `identity: { strategy: OrderIdentity }`. */
export interface GroupedOption {
  readonly group: 'auth' | 'identity';
  readonly name: string;
  /** As code. */
  readonly value: string;
}

/**
 * Sets it.
 *
 * @param imports as of a `TaskerOption`
 * @returns what is left to do
 */
export async function setGroupedOption(
  tree: Tree,
  folder: string,
  option: GroupedOption,
  imports: TaskerOption['imports'],
): Promise<readonly string[]> {
  const { group, name, value } = option;
  const inner: WantedOption = { name, value, extend: (present) => ({ present: present.getText() }) };
  const outcome = await setTaskerOption(tree, folder, {
    option: (typescript) => ({
      name: group,
      value: `{ ${name}: ${value} }`,
      extend: (present) =>
        typescript.isObjectLiteralExpression(present) ? placeIn(typescript, present, inner) : 'elsewhere',
    }),
    imports,
  });
  if (outcome.kind === 'added') return [];
  if (outcome.kind !== 'present') return [toSet(option)];
  const { path, value: present } = outcome;
  return present === value ? [] : [`${path} has ${group}.${name}: ${present}. To use ${value}, put it in its place.`];
}

/** The sentence for an option that is left to be set. */
export function toSet({ group, name, value }: GroupedOption): string {
  return `Set it in the options of TaskerModule: ${group}: { ${name}: ${value} }.`;
}
