import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as setTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';

const SHOWN_LINES = 30;
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => endGroup(child, 'SIGKILL')));

export interface CommandSetting {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly limitSeconds: number;
}

/** How a command line ended; its output is what it wrote to both of its streams. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';

  constructor(line: string, how: string, output: string) {
    super([`$ ${line}`, ...lastLines(output), `(${how})`].join('\n'));
  }
}

/** A command line in a shell, without a terminal. */
export class StartedCommand {
  private readonly child: ChildProcess;
  private readonly end: Promise<string>;
  output = '';
  hasEnded = false;

  constructor(
    readonly line: string,
    { cwd, env, limitSeconds }: CommandSetting,
  ) {
    // A group of its own, so that whatever it starts ends with it.
    this.child = spawn('bash', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(this.child);
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    const timer = setTimer(() => endGroup(this.child, 'SIGKILL'), limitSeconds * 1_000);
    this.end = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        clearTimeout(timer);
        running.delete(this.child);
        this.hasEnded = true;
        resolve(signal === null ? `exit code ${code}` : `ended by ${signal}, at most ${limitSeconds} s allowed`);
      });
    });
  }

  /** Answers how it ended. */
  async ended(): Promise<Ended> {
    const how = await this.end;
    const code = Number(/^exit code (\d+)$/.exec(how)?.[1] ?? Number.NaN);
    if (Number.isNaN(code)) throw new CommandFailedError(this.line, how, this.output);
    return { code, output: this.output };
  }

  /** Ends it as Ctrl+C does. */
  async interrupt(): Promise<void> {
    endGroup(this.child, 'SIGINT');
    await this.end;
  }

  /**
   * Tries until the check of what it serves no longer throws.
   *
   * @throws CommandFailedError when it takes too long, or the command ends
   */
  async serves<T>(check: () => Promise<T>, limitMs: number): Promise<T> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (this.hasEnded) throw this.failure('it ended');
        if (performance.now() > deadline) throw this.failure(error instanceof Error ? error.message : String(error));
      }
      await setTimeout(50);
    }
  }

  /** An error with what it has said so far. */
  failure(how: string): CommandFailedError {
    return new CommandFailedError(this.line, how, this.output);
  }
}

/** @throws CommandFailedError unless it ends with exit code 0 */
export async function runCommand(line: string, setting: CommandSetting): Promise<string> {
  const { code, output } = await new StartedCommand(line, setting).ended();
  if (code !== 0) throw new CommandFailedError(line, `exit code ${code}`, output);
  return output;
}

function endGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function lastLines(output: string): readonly string[] {
  return output
    .trimEnd()
    .split('\n')
    .slice(-SHOWN_LINES)
    .map((line) => `  ${line}`);
}
