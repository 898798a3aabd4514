/**
 * `npm run acceptance -- clients`: clients that others' generators made from `docs/openapi.json` tell a story through a real nginx, which
 * takes a prefix away, compresses and buffers, to a host on each platform. Needs nginx.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startNginx } from '../../support/nginx.js';
import { DatabaseServers } from '../database.servers.js';
import { differences } from '../differences.js';
import type { HostSetting } from '../host/application.js';
import { makeHosts } from '../hosts.js';
import type { Part } from '../part.js';
import { makeClients } from './made.clients.js';

const NEST = 'Nest 12';
const PLATFORMS = ['Express', 'Fastify'] as const;
const TIMEOUT_MS = 60_000;

/** What each client has to see, on each platform. */
const STORY = {
  once: { statuses: [201, 201], replayed: [null, 'true'], located: true, isSame: true },
  pages: { isWhole: true, isBack: true },
  conditions: { isWeakened: true, statuses: [200, 412, 200] },
  followed: ['task.start_requested', 'task.completed'],
  dashboard: { status: 200, files: 2, statuses: [200] },
  full: { status: 429, canWait: true },
};

/** Prints what differs from the story. */
export const runClients: Part = async ({ workspace, tarball }) => {
  const { directory, programs } = makeClients(workspace);
  console.log(`${programs.length} clients are made, and compile with strict TypeScript`);
  const host = makeHosts(workspace, tarball, [NEST])[NEST]!;
  const servers = new DatabaseServers(host);
  let isGood = true;
  try {
    const server = await servers.get('embedded');
    let made = 0;
    for (const platform of PLATFORMS) {
      for (const program of programs) {
        const url = await server.create(`clients_${++made}`, { server: 'embedded' });
        const found = await heard(host, { platform, url, dataSource: {} }, join(directory, program));
        const different = differences(STORY, found);
        console.log(
          [`${program} on ${platform}: ${different.length === 0 ? 'as it should be' : 'DIFFERS'}`, ...different].join(
            '\n  ',
          ),
        );
        isGood &&= different.length === 0;
      }
    }
  } finally {
    await servers.stop();
  }
  return isGood;
};

/** What the client printed, to whom the host is shown by nginx. */
async function heard(directory: string, setting: HostSetting, program: string): Promise<unknown> {
  const host = spawn(process.execPath, ['acceptance/serve.js'], {
    cwd: directory,
    env: { ...process.env, ACCEPTANCE_SETTING: JSON.stringify(setting) },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const exited = once(host, 'exit');
  const [address] = (await once(host.stdout.setEncoding('utf8'), 'data')) as [string];
  const { origin, pathname } = new URL(address);
  const proxy = await startNginx(origin);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, proxy.url + pathname.trim()], {
      timeout: TIMEOUT_MS,
    });
    return JSON.parse(stdout) as unknown;
  } finally {
    await proxy.stop();
    host.stdin.end();
    await exited;
  }
}
