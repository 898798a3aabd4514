import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../options/package.files.js';
import { GenerationFailedError, MissingDevkitError } from './cli.errors.js';
import { COLLECTION } from './schematic.collection.js';

export interface Generation {
  readonly schematic: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
}

/** The parts of the devkit that are used; they are the same in versions 19 to 22. */
interface Workflow {
  readonly reporter: { subscribe(listener: (event: FileEvent) => void): unknown };
  execute(request: {
    readonly collection: string;
    readonly schematic: string;
    readonly options: object;
    readonly logger: unknown;
  }): { subscribe(observer: { error: (cause: unknown) => void; complete: () => void }): unknown };
}

interface FileEvent {
  readonly kind: 'create' | 'update' | 'delete' | 'rename' | 'error';
  readonly path: string;
  readonly description?: string;
}

/**
 * Runs a schematic in the folder of the command, with the devkit of the Nest CLI.
 *
 * @returns the lines to print: the files written, and the messages of the schematic
 * @throws MissingDevkitError; GenerationFailedError, and then nothing was written
 */
export async function runSchematic({ schematic, options, dryRun }: Generation): Promise<readonly string[]> {
  const { NodeWorkflow, Logger } = devkit();
  const workflow = new NodeWorkflow(process.cwd(), {
    dryRun,
    schemaValidation: true,
    packageManager: packageManager(),
    resolvePaths: [process.cwd()],
  });
  const written: string[] = [];
  const said: string[] = [];
  const problems: string[] = [];
  workflow.reporter.subscribe(({ kind, path, description }) => {
    if (kind === 'error') problems.push(`${path}: ${description ?? 'cannot be written'}`);
    else written.push(`${kind.toUpperCase()} ${path.replace(/^\//, '')}`);
  });
  const logger = new Logger('nestjs-tasker');
  logger.subscribe(({ message }) => said.push(message));
  try {
    await new Promise<void>((complete, error) => {
      const collection = fileURLToPath(packageFile(COLLECTION));
      workflow.execute({ collection, schematic, options, logger }).subscribe({ error, complete });
    });
  } catch (cause) {
    const reasons = [...problems, cause instanceof Error ? cause.message : String(cause)];
    throw new GenerationFailedError(reasons.join('; '), cause);
  }
  return [...written, ...(dryRun ? ['Nothing was written: this was a dry run.'] : []), ...said];
}

interface Devkit {
  readonly NodeWorkflow: new (root: string, options: object) => Workflow;
  readonly Logger: new (name: string) => {
    subscribe(listener: (entry: { readonly message: string }) => void): unknown;
  };
}

/** Places of the devkit: the host itself, the Nest CLI, Nest's schematics, or this package. */
function devkit(): Devkit {
  const host = createRequire(join(process.cwd(), 'package.json'));
  for (const from of [
    host,
    ...['@nestjs/schematics', '@nestjs/cli'].map((name) => inside(host, name)),
    createRequire(import.meta.url),
  ]) {
    if (from === null || pathOf(from, '@angular-devkit/schematics/tools') === null) continue;
    const { NodeWorkflow } = from('@angular-devkit/schematics/tools') as Pick<Devkit, 'NodeWorkflow'>;
    // The core that those schematics use, wherever the package manager put it.
    const core = createRequire(pathOf(from, '@angular-devkit/schematics/tools')!);
    const { logging } = core('@angular-devkit/core') as { readonly logging: Pick<Devkit, 'Logger'> };
    return { NodeWorkflow, Logger: logging.Logger };
  }
  throw new MissingDevkitError();
}

function inside(host: NodeJS.Require, name: string): NodeJS.Require | null {
  const manifest = pathOf(host, `${name}/package.json`);
  return manifest === null ? null : createRequire(join(dirname(manifest), 'package.json'));
}

function pathOf(from: NodeJS.Require, name: string): string | null {
  try {
    return from.resolve(name);
  } catch {
    return null; // not installed, or not exported
  }
}

/** The package manager that started the command, as `npx`, `pnpm exec` and `yarn` report it. */
function packageManager(): string {
  const agent = process.env.npm_config_user_agent ?? '';
  return ['pnpm', 'yarn', 'bun'].find((name) => agent.startsWith(name)) ?? 'npm';
}
