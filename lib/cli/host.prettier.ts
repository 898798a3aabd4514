import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The parts of Prettier that are used, in any version. */
interface Prettier {
  resolveConfig(path: string, options: { readonly editorconfig: boolean }): Promise<object | null>;
  format(text: string, options: object): string | Promise<string>;
}

/** Formats the text with the host's own Prettier and settings; returns it unchanged if the host does not use Prettier. */
export async function formattedByHost(path: string, text: string): Promise<string> {
  const prettier = hostPrettier();
  if (prettier === null) return text;
  const filepath = resolve(path);
  return prettier.format(text, { ...(await prettier.resolveConfig(filepath, { editorconfig: true })), filepath });
}

/** Null unless the host depends on it: a copy may be installed only because another package needs it. */
function hostPrettier(): Prettier | null {
  try {
    const manifest = join(process.cwd(), 'package.json');
    const { devDependencies, dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<
      'devDependencies' | 'dependencies',
      object | undefined
    >;
    if (!('prettier' in { ...dependencies, ...devDependencies })) return null;
    return createRequire(manifest)('prettier') as Prettier;
  } catch {
    return null; // no package.json, or not installed
  }
}
