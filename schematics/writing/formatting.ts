import { resolve } from 'node:path';
import { hostManifest, optionalPackage } from '../host/host.packages';

/** What is used of Prettier, whatever its version. */
interface Prettier {
  resolveConfig(path: string, options: { readonly editorconfig: boolean }): unknown;
  format(text: string, options: Readonly<Record<string, unknown>>): string | Promise<string>;
}

/** The text as the host's own Prettier writes it with the host's own settings; as it is where the host uses none. */
export async function formatted(path: string, text: string): Promise<string> {
  const prettier = optionalPackage('prettier') as Prettier | null;
  if (prettier === null) return text;
  const filepath = resolve(process.cwd(), path.replace(/^\//, ''));
  const settings = (await prettier.resolveConfig(filepath, { editorconfig: true })) as Record<string, unknown> | null;
  // Without settings, it may be there for another package's sake.
  const isUsed = settings !== null || hostManifest().devDependencies?.prettier !== undefined;
  return isUsed ? prettier.format(text, { ...settings, filepath }) : text;
}

/** A changed file, formatted if it was so before: whoever does not format a file wants to see his change alone. */
export async function formattedAsBefore(path: string, before: string, after: string): Promise<string> {
  return (await formatted(path, before)) === before ? formatted(path, after) : after;
}
