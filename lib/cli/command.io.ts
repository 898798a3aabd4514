import type { Command } from 'commander';

/** What a command may use of the process that runs it; `process` itself is one. */
export interface CommandIo {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface TextSink {
  write(text: string): unknown;
}

/** Exit codes: the answer is yes, it is no, or it could not be determined. A command that runs another one has its exit code. */
export const EXIT = { ok: 0, refused: 1, failed: 2 } as const;
export type ExitCode = number;

/** Adds one command to the program; `exit` is told how it ended. */
export type AddCommand = (program: Command, io: CommandIo, exit: (code: ExitCode) => void) => void;

export function writeLines(sink: TextSink, ...lines: readonly string[]): void {
  sink.write(lines.map((line) => `${line}\n`).join(''));
}
