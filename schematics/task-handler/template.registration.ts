import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { hostTypeScript } from '../host/host.packages';
import { importPath } from '../host/module.file';
import { withTemplateSource, type SourceOutcome, type WantedSource } from '../source/template.sources';
import { formattedAsBefore } from '../writing/formatting';
import { filesOf } from './files';
import { TEMPLATES, type Workflow } from './workflow';

/** Lets the application find the template, where its options are written in place. */
export async function registerTemplate(tree: Tree, workflow: Workflow): Promise<SourceOutcome> {
  const path = fileWithTasker(tree, workflow.host.sourceRoot);
  if (path === null) return 'no-module';
  const before = tree.readText(path);
  const { text, outcome } = withTemplateSource(hostTypeScript(), before, sourceFor(workflow, path));
  if (outcome === 'added') tree.overwrite(path, await formattedAsBefore(path, before, text));
  return outcome;
}

function sourceFor(workflow: Workflow, path: string): WantedSource {
  const { style, name, folder, template, host } = workflow;
  if (style === 'yaml') return { element: `'${TEMPLATES}'`, imports: [], isIn: (source) => isWithin(template, source) };
  const file = posix.join(folder, `${filesOf(workflow).types}.ts`);
  return {
    element: name.camel,
    imports: [{ name: name.camel, from: importPath(path, file, host.isEsm) }],
    isIn: () => false,
  };
}

/** Whether a source, a file or a folder, brings the file. */
function isWithin(file: string, source: string): boolean {
  const normal = posix.normalize(source).replace(/\/$/, '');
  return file === normal || normal === '.' || file.startsWith(`${normal}/`);
}

function fileWithTasker(tree: Tree, folder: string): string | null {
  let found: string | null = null;
  tree.getDir(folder).visit((path) => {
    if (found !== null || !/(?<!\.d|\.spec)\.ts$/.test(path) || path.includes('/node_modules/')) return;
    if (/\bTaskerModule\s*\.\s*forRoot/.test(tree.readText(path))) found = path.replace(/^\//, '');
  });
  return found;
}
