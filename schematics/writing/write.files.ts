import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { formatted } from './formatting';
import { Refusal } from './refusal';

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes the files, formatted; existing files with the same text are kept.
 *
 * @throws Refusal if an existing file has another text, unless `force`; nothing is written then
 */
export async function writeFiles(
  tree: Tree,
  context: SchematicContext,
  files: readonly NewFile[],
  force = false,
): Promise<void> {
  const wanted = await Promise.all(files.map(async ({ path, text }) => ({ path, text: await formatted(path, text) })));
  writeTexts(tree, context, wanted, force);
}

/**
 * The same, without formatting.
 *
 * @throws Refusal
 */
export function writeTexts(tree: Tree, context: SchematicContext, wanted: readonly NewFile[], force = false): void {
  const changed = wanted.filter(({ path, text }) => !tree.exists(path) || tree.readText(path) !== text);
  const taken = changed.filter(({ path }) => tree.exists(path)).map(({ path }) => path);
  if (taken.length > 0 && !force) {
    throw new Refusal(
      `Nothing was written, because this would replace what you have in ${taken.join(', ')}. ` +
        'Choose another name, or replace it with `npx nestjs-tasker generate … --force`.',
    );
  }
  for (const { path, text } of changed) {
    if (tree.exists(path)) tree.overwrite(path, text);
    else tree.create(path, text);
  }
  for (const { path } of wanted.filter((file) => !changed.includes(file))) {
    context.logger.info(`${path} already exists with this text.`);
  }
}
