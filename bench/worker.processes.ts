import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerArguments } from './worker.main.js';

const PROGRAM = fileURLToPath(new URL('./worker.main.js', import.meta.url));
const MEGABYTE = 2 ** 20;

/** Resident memory of the worker that had most of it, over a fifth of the run each; null where the run was too short. */
export interface WorkerMemory {
  readonly secondFifthMb: number;
  readonly lastFifthMb: number;
}

/** Worker processes that run steps. */
export class WorkerProcesses {
  private constructor(
    private readonly children: readonly ChildProcess[],
    private readonly memory: readonly number[][],
  ) {}

  /** Each has begun to claim when this resolves. */
  static async start(count: number, args: WorkerArguments): Promise<WorkerProcesses> {
    const children = Array.from({ length: count }, () =>
      fork(PROGRAM, [JSON.stringify(args)], { stdio: ['ignore', 2, 2, 'ipc'] }),
    );
    await Promise.all(children.map((child) => once(child, 'message')));
    const memory = children.map((child) => {
      const bytes: number[] = [];
      child.on('message', (message) => bytes.push(Number(message)));
      return bytes;
    });
    return new WorkerProcesses(children, memory);
  }

  async stop(): Promise<WorkerMemory | null> {
    const fifths = this.memory.map((bytes) => [mean(fifth(bytes, 1)), mean(fifth(bytes, 4))] as const);
    await Promise.all(this.children.map(stop));
    const [most] = fifths.toSorted((a, b) => b[1] - a[1]);
    if (!most || most.some(Number.isNaN)) return null;
    return { secondFifthMb: Math.round(most[0] / MEGABYTE), lastFifthMb: Math.round(most[1] / MEGABYTE) };
  }
}

function fifth(values: readonly number[], index: number): readonly number[] {
  const size = Math.floor(values.length / 5);
  return values.slice(index * size, (index + 1) * size);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.send('stop');
  await once(child, 'exit');
}
