import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { authenticator } from '../authenticator/authenticator.factory';
import { hostProject, type HostProject } from '../host/host.project';
import { hostTypeScript } from '../host/host.packages';
import { installation } from '../host/installation.task';
import { transformByJest } from '../host/jest.transforms';
import { extendManifest } from '../host/manifest.file';
import { nearestModule, registerIn } from '../host/module.file';
import { withShutdownHooks } from '../source/shutdown.hooks';
import { taskHandler } from '../task-handler/task-handler.factory';
import { TEMPLATES } from '../task-handler/workflow';
import { requireSchemaName } from '../writing/names';
import { Refusal } from '../writing/refusal';
import { hasTasker, neededModules } from './application.module';
import { neededPackages } from './needed.packages';
import type { NestAddOptions } from './nest-add.options';

/** `nest add nestjs-tasker`: adds packages, modules, scripts and a first workflow; existing code is kept. */
export function nestAdd(options: NestAddOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const { schema = 'tasker' } = options;
    requireSchemaName(schema);
    const host = hostProject(tree, options);
    const module = nearestModule(tree, host.sourceRoot);
    if (module === null) {
      throw new Refusal(
        `There is no module (*.module.ts) in ${host.sourceRoot}. Name the folder of your code with --source-root.`,
      );
    }
    const packages = neededPackages(host, options);
    const isNew = !hasTasker(tree, host.sourceRoot);
    await registerIn(tree, module, neededModules(tree, host.sourceRoot, options));
    enableShutdownHooks(tree, host, context);
    await transformByJest(tree, context, host);
    const manifest = tree.readText('package.json');
    extendManifest(tree, { ...packages, scripts: scriptsFor(options) });
    await writeAuthenticator(tree, context, host, options);
    const isChanged = tree.readText('package.json') !== manifest;
    if (isChanged && options.skipInstall !== true) context.addTask(installation());
    // Only the first time: whether it is changed or removed later is the application's decision.
    if (options.example !== false && isNew) await writeExample(tree, context, options);
    keepTemplates(tree);
    for (const line of nextSteps(options)) context.logger.info(line);
  };
}

const EXAMPLE = { name: 'example.ship_order', steps: ['reserve_stock', 'charge_card', 'send_parcel'] };

async function writeExample(tree: Tree, context: SchematicContext, options: NestAddOptions): Promise<void> {
  await taskHandler({ ...options, ...EXAMPLE, spec: options.tests !== false })(tree, context);
}

/** Unless it is there: what becomes of it later is the application's decision. */
async function writeAuthenticator(
  tree: Tree,
  context: SchematicContext,
  { sourceRoot }: HostProject,
  options: NestAddOptions,
): Promise<void> {
  const { authenticator: type = 'none', tests } = options;
  if (type === 'none' || tree.exists(posix.join(sourceRoot, 'api/api.authenticator.ts'))) return;
  await authenticator({ ...options, name: 'api', type, spec: tests !== false, skipInstall: true })(tree, context);
}

/** The folder of the templates must exist, and Git does not keep an empty one. */
function keepTemplates(tree: Tree): void {
  const { subfiles, subdirs } = tree.getDir(TEMPLATES);
  if (subfiles.length + subdirs.length === 0) tree.create(`${TEMPLATES}/.gitkeep`, '');
}

function scriptsFor({ migrations, tests }: NestAddOptions): Readonly<Record<string, string>> {
  return {
    'tasker:validate': `nestjs-tasker validate ${TEMPLATES}`,
    ...(migrations === 'verify' ? { 'tasker:migrate': 'nestjs-tasker migrate' } : {}),
    ...(tests === false ? {} : { 'tasker:database': 'nestjs-tasker dev-database' }),
  };
}

function enableShutdownHooks(tree: Tree, { sourceRoot }: HostProject, context: SchematicContext): void {
  const main = posix.join(sourceRoot, 'main.ts');
  const changed = tree.exists(main) ? withShutdownHooks(hostTypeScript(), tree.readText(main)) : null;
  if (changed !== null) tree.overwrite(main, changed);
  else if (!tree.exists(main) || !tree.readText(main).includes('enableShutdownHooks')) {
    context.logger.warn(
      'Call app.enableShutdownHooks() after you create the application, so that steps can finish when it stops.',
    );
  }
}

function nextSteps({ authenticator: type = 'none', tests, migrations, rest }: NestAddOptions): readonly string[] {
  const around = tests === false ? '' : 'npx nestjs-tasker dev-database -- ';
  return [
    ...(migrations === 'verify' ? [`Create tables:    ${around}npx nestjs-tasker migrate`] : []),
    `Start it:         ${around}npm run start:dev`,
    ...(rest === false ? [] : ['Look at it:       http://localhost:3000/tasker/dashboard']),
    ...(type === 'none'
      ? ['Before production: npx nestjs-tasker generate authenticator <name>; until then, the API is closed there']
      : []),
    'Write a workflow: npx nestjs-tasker generate task-handler <name> --steps a,b,c',
  ];
}
