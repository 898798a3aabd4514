import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks, ROOT } from './pages.js';

/**
 * The exports of the first example of a page that contains a text, which runs as that of a reader who has copied it.
 *
 * @param changes what the reader writes in place of texts of the example, such as an address
 */
export async function importExample(
  page: string,
  text: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const block = codeBlocks(page).find((each) => each.language === 'ts' && each.text.includes(text));
  if (!block) throw new Error(`${page} has no example with "${text}".`);
  const folder = mkdtempSync(join(ROOT, 'node_modules/.docs-')); // where the packages of the imports are found
  try {
    const file = join(folder, `${block.place.replaceAll(/\W/g, '_')}.ts`);
    writeFileSync(file, changed(block.text, changes));
    return (await import(file)) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function changed(example: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The example has no "${from}".`);
    return text.replaceAll(from, to);
  }, example);
}
