import { runTasker } from '../../lib/cli/tasker.program.js';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the `tasker` command line in this process. */
export async function tasker(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const written = { out: '', err: '' };
  const code = await runTasker(argv, {
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    env,
  });
  return { code, ...written };
}
