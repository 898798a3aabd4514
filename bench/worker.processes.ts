import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./worker.main.js', import.meta.url));

/** Starts worker processes and answers how to stop them; each has begun to claim when this resolves. */
export async function startWorkers(url: string, count: number, concurrency: number): Promise<() => Promise<void>> {
  const children = Array.from({ length: count }, () =>
    fork(PROGRAM, [url, String(concurrency)], { stdio: ['ignore', 2, 2, 'ipc'] }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  return async () => {
    await Promise.all(children.map(stop));
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.send('stop');
  await once(child, 'exit');
}
