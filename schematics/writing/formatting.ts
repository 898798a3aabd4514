import { resolve } from 'node:path';
import { hostManifest, optionalPackage } from '../host/host.packages';

/** The parts of Prettier that are used, in any version. */
interface Prettier {
  resolveConfig(path: string, options: { readonly editorconfig: boolean }): unknown;
  format(text: string, options: Readonly<Record<string, unknown>>): string | Promise<string>;
}

/** Formats the text with the host's own Prettier and settings; returns it unchanged if the host does not use Prettier. */
export async function formatted(path: string, text: string): Promise<string> {
  const prettier = optionalPackage('prettier') as Prettier | null;
  if (prettier === null) return text;
  const filepath = resolve(process.cwd(), path.replace(/^\//, ''));
  const settings = (await prettier.resolveConfig(filepath, { editorconfig: true })) as Record<string, unknown> | null;
  // Without settings, it may be installed only because another package needs it.
  const isUsed = settings !== null || hostManifest().devDependencies?.prettier !== undefined;
  return isUsed ? prettier.format(text, { ...settings, filepath }) : text;
}

/** Formats a changed file only if it was formatted before, so that a diff shows nothing but the change. */
export async function formattedAsBefore(path: string, before: string, after: string): Promise<string> {
  return (await formatted(path, before)) === before ? formatted(path, after) : after;
}
