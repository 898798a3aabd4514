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

/** Exit codes: what was asked for is so, it is not so, or it could not be found out. A command that runs another has that one's. */
export const EXIT = { ok: 0, refused: 1, failed: 2 } as const;
export type ExitCode = number;

/** Adds one command to the program; `exit` is told how it ended. */
export type AddCommand = (program: Command, io: CommandIo, exit: (code: ExitCode) => void) => void;

export function writeLines(sink: TextSink, ...lines: readonly string[]): void {
  sink.write(lines.map((line) => `${line}\n`).join(''));
}
