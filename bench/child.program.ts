import { fork } from 'node:child_process';
import { once } from 'node:events';

const PATIENCE_MS = 900_000;

export interface Said {
  /** What it printed. */
  readonly output: string;
  /** What it sent. */
  readonly message: unknown;
}

/**
 * Runs one of our programs in a process of its own, which ends with ours at the latest; what it reports goes to standard error.
 * @throws Error when it does not end well, or not in time
 */
export async function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const child = fork(program, args, {
    stdio: ['ignore', 'pipe', 2, 'ipc'],
    env: { ...process.env, ...env },
    execArgv: ['--no-deprecation'], // how the peers use their drivers is not ours to mend
  });
  let output = '';
  let message: unknown;
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.on('message', (sent) => (message = sent));
  const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  clearTimeout(impatience);
  if (code === 0) return { output, message };
  throw new Error(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`);
}
