import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Cell } from './cells.js';
import type { DatabaseServers } from './database.servers.js';
import type { HostSetting } from './host/application.js';

const DEADLINE_MS = 150_000;

/** What a host saw, or why it saw nothing. */
export type Observed = { readonly seconds: number } & ({ readonly document: unknown } | { readonly failed: string });

let made = 0;

/** Runs the host of a cell over a database of its own. */
export async function runCell(cell: Cell, directory: string, servers: DatabaseServers): Promise<Observed> {
  const { platform, setting } = cell;
  const beganAt = performance.now();
  const took = (): { seconds: number } => ({ seconds: Math.round((performance.now() - beganAt) / 1_000) });
  try {
    const server = await servers.get(setting.server);
    const name = `cell_${++made}`;
    const url = await server.create(name, setting);
    const document = await runHost(directory, { platform, url, dataSource: setting.dataSource ?? {} });
    await server.drop(name);
    return { document, ...took() };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error), ...took() };
  }
}

/** @throws with what the program said, where it ended without an answer */
async function runHost(directory: string, setting: HostSetting): Promise<unknown> {
  const child = spawn(process.execPath, ['acceptance/main.js'], {
    cwd: directory,
    env: { ...process.env, ACCEPTANCE_SETTING: JSON.stringify(setting) },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  const end = (): unknown => child.kill('SIGKILL');
  process.once('exit', end);
  const exited = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const [said, complained, how] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  process.off('exit', end);
  try {
    return JSON.parse(said.trim().split('\n').at(-1)!) as unknown;
  } catch {
    throw new Error(`the host ended without an answer (${how}): ${`${said}${complained}`.trim().slice(-4_000)}`);
  }
}
