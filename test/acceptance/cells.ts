import { NEST_VERSIONS } from '../../scripts/packed-host.mjs';
import type { HostSetting } from './host/application.js';
import { PLAIN, SETTINGS, type Setting } from './settings.js';

const PLATFORMS: readonly HostSetting['platform'][] = ['Express', 'Fastify'];

/** One host over one database. */
export interface Cell {
  readonly name: string;
  readonly nest: string;
  readonly platform: HostSetting['platform'];
  /** The name of the setting. */
  readonly row: string;
  readonly setting: Setting;
}

/** Those whose names hold all of the words, and the plain one of each of their hosts. */
export function chooseCells(words: readonly string[]): Cell[] {
  const all = Object.entries(SETTINGS).flatMap(([row, setting]) =>
    Object.keys(NEST_VERSIONS).flatMap((nest) =>
      PLATFORMS.map((platform): Cell => ({ name: `${nest}, ${platform}, ${row}`, nest, platform, row, setting })),
    ),
  );
  const chosen = all.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word.toLowerCase())));
  if (chosen.length === 0)
    throw new Error(`No cell has "${words.join('" and "')}" in its name, such as "${all[0]!.name}".`);
  return all.filter(
    (cell) => chosen.includes(cell) || (cell.row === PLAIN && chosen.some((one) => isSameHost(one, cell))),
  );
}

export function isSameHost(one: Cell, other: Cell): boolean {
  return one.nest === other.nest && one.platform === other.platform;
}
