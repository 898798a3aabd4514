import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import type { CodeBlock } from '../../unit/docs/pages.js';
import { runCommand, StartedCommand } from '../generated/command.js';
import { CREDENTIALS } from '../generated/generators.js';

const COMMAND_LIMIT_SECONDS = 300;
const START_LIMIT_MS = 120_000;
const TASK_LIMIT_MS = 30_000;

export interface TimedCommand {
  readonly line: string;
  readonly seconds: number;
}

/**
 * Does what a page asks of its reader, in an empty folder: types the lines of its `bash` blocks, in their order, and writes the
 * blocks whose first line is a comment with a path (`// src/…`, `# config/…`) into that file. An application that is started runs
 * on until the next one is started or the page ends. Only its port differs from the page, as that one may be taken here.
 */
export class PageFollower {
  readonly commands: TimedCommand[] = [];
  finishedTasks = 0;
  passedTests = 0;
  private application: StartedCommand | undefined;

  constructor(
    private folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly port: number,
  ) {}

  /** @throws with the command that failed and the end of its output */
  async follow(blocks: readonly CodeBlock[]): Promise<void> {
    try {
      for (const { language, text } of blocks) {
        if (language === 'bash') for (const line of commandLines(text)) await this.type(line);
        else this.write(text);
      }
    } finally {
      await this.application?.interrupt();
    }
  }

  private async type(line: string): Promise<void> {
    const beganAt = performance.now();
    await this.run(line.replaceAll('localhost:3000', `localhost:${this.port}`));
    this.commands.push({ line, seconds: (performance.now() - beganAt) / 1_000 });
  }

  private async run(line: string): Promise<void> {
    const [, folder] = /^cd (\S+)$/.exec(line) ?? [];
    if (folder !== undefined) {
      this.folder = join(this.folder, folder);
    } else if (/\bnpm (?:run )?start\b/.test(line)) {
      await this.start(line);
    } else {
      const output = await runCommand(line, this.setting());
      if (/\bnpm test\b/.test(line)) this.passedTests++;
      if (line.startsWith('curl ')) await this.expectEnd(output);
    }
  }

  private async start(line: string): Promise<void> {
    await this.application?.interrupt();
    const application = new StartedCommand(line, { ...this.setting(), limitSeconds: 3_600 });
    this.application = application;
    await application.serves(() => fetch(`http://localhost:${this.port}/`), START_LIMIT_MS);
  }

  /** Waits until the task that the command started is complete. A command may also show a refusal, which starts none. */
  private async expectEnd(output: string): Promise<void> {
    const [, id] = /"id":"(\d+)"/.exec(output) ?? [];
    if (id === undefined) return;
    await eventually(async () => {
      const answer = await fetch(`http://localhost:${this.port}/tasker/tasks/${id}`, { headers: CREDENTIALS });
      const { state } = (await answer.json()) as { readonly state: string };
      if (state !== 'complete') throw new Error(`The task is ${state}.`);
    }, TASK_LIMIT_MS);
    this.finishedTasks++;
  }

  private write(text: string): void {
    const [, path] = /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text) ?? [];
    if (path === undefined) return;
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  private setting(): ConstructorParameters<typeof StartedCommand>[1] {
    const env = { ...this.env, PORT: String(this.port) };
    return { cwd: this.folder, env, limitSeconds: COMMAND_LIMIT_SECONDS };
  }
}

/** The commands without the comments behind them; a line may continue after a backslash. */
function commandLines(text: string): readonly string[] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
