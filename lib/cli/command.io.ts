import type { Command } from 'commander';

/** The parts of the process that a command may use. `process` itself has them. */
export interface CommandIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface TextSink {
  write(text: string): unknown;
}

/** Exit codes: success, a negative result, or a failure. A command that runs another one returns its exit code. */
export const EXIT = { ok: 0, refused: 1, failed: 2 } as const;
export type ExitCode = number;

/** Adds one command to the program. The command passes its exit code to `exit`. */
export type AddCommand = (program: Command, io: CommandIo, exit: (code: ExitCode) => void) => void;

export function writeLines(sink: TextSink, ...lines: readonly string[]): void {
  sink.write(lines.map((line) => `${line}\n`).join(''));
}
