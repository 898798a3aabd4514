import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplicationKind } from './application.kinds.js';
import { runCommand, StartedCommand, type Ended } from './command.js';

const GIT = 'git -c user.name=acceptance -c user.email=acceptance@example.org';

/** A generated application in its folder, whose every state is a commit. */
export class GeneratedApplication {
  readonly folder: string;

  constructor(
    readonly kind: ApplicationKind,
    private readonly workspace: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.folder = join(workspace, kind.folder);
  }

  async make(): Promise<void> {
    mkdirSync(this.workspace, { recursive: true });
    const setting = { cwd: this.workspace, env: this.env, limitSeconds: 300 };
    for (const line of this.kind.made) await runCommand(line, setting);
    await runCommand(`git init --quiet && printf 'node_modules\\ndist\\n*.tsbuildinfo\\n' > .gitignore`, setting);
    await this.commit();
  }

  /** @throws CommandFailedError */
  async run(line: string, limitSeconds = 120): Promise<string> {
    return runCommand(line, { cwd: this.folder, env: this.env, limitSeconds });
  }

  /** Runs what may fail, in a folder below the application's, with its programs on the path. */
  async attempt(line: string, from = '.'): Promise<Ended> {
    const folders = [this.folder, join(this.folder, '../..')].map((folder) => join(folder, 'node_modules/.bin'));
    const env = { ...this.env, PATH: [...folders, this.env.PATH].join(':') };
    const setting = { cwd: join(this.folder, from), env, limitSeconds: 120 };
    return new StartedCommand(line, setting).ended();
  }

  start(line: string, limitSeconds: number, env: NodeJS.ProcessEnv = {}): StartedCommand {
    return new StartedCommand(line, { cwd: this.folder, env: { ...this.env, ...env }, limitSeconds });
  }

  /** A program of its packages. */
  async exec(line: string, limitSeconds?: number): Promise<string> {
    return this.run(`${this.kind.exec} ${line}`, limitSeconds);
  }

  /** Paths of what was written since the last commit. */
  async changes(): Promise<readonly string[]> {
    const status = await runCommand('git status --porcelain --untracked-files=all', this.git);
    return status
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(3));
  }

  async commit(): Promise<void> {
    await runCommand(`${GIT} add --all && ${GIT} commit --quiet --allow-empty --message state`, this.git);
  }

  /** Back to the last commit. */
  async restore(): Promise<void> {
    await runCommand('git reset --quiet --hard && git clean --quiet --force -d', this.git);
  }

  /** Back to the commit before the last. */
  async forget(): Promise<void> {
    await runCommand('git reset --quiet --hard HEAD~1 && git clean --quiet --force -d', this.git);
  }

  private get git(): { cwd: string; env: NodeJS.ProcessEnv; limitSeconds: number } {
    return { cwd: this.workspace, env: this.env, limitSeconds: 60 };
  }
}
