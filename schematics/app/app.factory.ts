import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { installation } from '../host/installation.task';
import { writeTexts } from '../writing/write.files';
import { appFiles } from './app.files';
import { appChoice, type AppChoice, type AppOptions } from './app.options';

/** `app`: a new application in its own folder. */
export function app(options: AppOptions): Rule {
  return generation(options, options.skipInstall !== true);
}

/** The same for `nest new -c nestjs-tasker`, which calls it by this name and installs the packages itself. */
export function application(options: AppOptions): Rule {
  return generation(options, false);
}

function generation(options: AppOptions, installs: boolean): Rule {
  return (tree: Tree, context: SchematicContext) => {
    const choice = appChoice(options);
    // Not formatted: only the settings in its own files apply to it, and its texts follow them already.
    writeTexts(tree, context, appFiles(choice), options.force);
    if (installs) {
      const { packageManager } = options;
      context.addTask(installation({ workingDirectory: choice.folder, packageManager }));
    }
    for (const line of nextSteps(choice, options)) context.logger.info(line);
  };
}

function nextSteps({ folder, tests }: AppChoice, { skipInstall = false }: AppOptions): readonly string[] {
  return [
    ...(folder === '.' ? [] : [`Go there:   cd ${folder}`]),
    ...(skipInstall ? ['Install it: npm install'] : []),
    ...(tests ? ['Test it:    npm test'] : []),
    'Try it all: npm run acceptance',
    'Start it:   npx nestjs-tasker dev-database -- npm start',
    'Look at it: http://localhost:3000/tasker/dashboard',
  ];
}
