import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = fileURLToPath(new URL('./redis.supervisor.js', import.meta.url));

/** When Redis syncs its append-only file: once a second, or before it answers. */
export type Fsync = 'everysec' | 'always';

/** Undefined when there is no `redis-server` on the PATH. */
export function redisVersion(): string | undefined {
  const { error, stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return error === undefined ? / v=(\S+)/.exec(stdout)?.[1] : undefined;
}

/** Does the work on an empty Redis server of its own, on the loopback address, whose files are removed with it. */
export async function onNewRedis<T>(fsync: Fsync, work: (url: string) => Promise<T>): Promise<T> {
  const supervisor = fork(SUPERVISOR, [fsync], { stdio: ['ignore', 2, 2, 'ipc'] });
  const ended = once(supervisor, 'exit');
  const begun = await Promise.race([once(supervisor, 'message'), ended.then(() => undefined)]);
  if (begun === undefined) throw new Error('redis-server could not be started: see what it said above.');
  try {
    return await work(begun[0] as string);
  } finally {
    if (supervisor.connected) supervisor.disconnect();
    await ended;
  }
}
