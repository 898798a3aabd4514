import { posix } from 'node:path';
import type { HostProject, Place } from '../host/host.project';
import type { PlacedName } from './names';

/** The options of every schematic that writes a class; the Nest CLI passes these on. */
export interface ClassOptions extends Place {
  readonly name: string;
  readonly path?: string;
  readonly flat?: boolean;
  readonly spec?: boolean;
  readonly specFileSuffix?: string;
  readonly skipImport?: boolean;
  readonly skipInstall?: boolean;
  readonly force?: boolean;
}

/** The folder of a class, as the Nest CLI chooses it: its own folder below the source root, unless `flat`. */
export function folderOf(host: HostProject, name: PlacedName, { path = '', flat = false }: ClassOptions): string {
  return posix.join(host.sourceRoot, path, name.folder, flat ? '' : name.kebab);
}
