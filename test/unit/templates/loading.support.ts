import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TemplateSource } from '../../../lib/options/tasker.options.js';
import { handlerProblems } from '../../../lib/templates/handler.check.js';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import type { LoadedTemplates, TemplateSettings } from '../../../lib/templates/template.loader.js';
import { formatProblem } from '../../../lib/templates/template.problem.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';

export const SETTINGS: TemplateSettings = {
  environment: 'test',
  variables: {},
  steps: {
    timeoutSeconds: 300,
    retryLimit: 3,
    backoff: { baseSeconds: 1, factor: 2, maxSeconds: 300, jitter: 0.1 },
  },
};

/** Writes files into a folder of their own, hands its path over, and removes it. */
export function withFiles<T>(files: Readonly<Record<string, string>>, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tasker-templates-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function loadFiles(
  files: Readonly<Record<string, string>>,
  settings: Partial<TemplateSettings> = {},
): LoadedTemplates {
  return withFiles(files, (folder) => loadTemplates([folder], { ...SETTINGS, ...settings }));
}

/** The one template of a text that has no problems. */
export function templateOf(yaml: string, settings: Partial<TemplateSettings> = {}): TaskTemplate {
  return onlyTemplate(loadFiles({ 'task.yaml': yaml }, settings));
}

/** The one template of sources that have no problems. */
export function onlyTemplate({ templates, problems }: LoadedTemplates): TaskTemplate {
  if (problems.length > 0 || templates.length !== 1)
    throw new Error(problems.map(formatProblem).join('\n') || 'not one template');
  return templates[0]!.template;
}

/** What is said about one file, `task.yaml`. */
export function problemsOf(yaml: string, settings: Partial<TemplateSettings> = {}): string[] {
  return problemsOfFiles({ 'task.yaml': yaml }, settings);
}

/** What is said about some files, whose folder is left out of the messages. */
export function problemsOfFiles(
  files: Readonly<Record<string, string>>,
  settings: Partial<TemplateSettings> = {},
): string[] {
  return withFiles(files, (folder) => {
    const { problems } = loadTemplates([folder], { ...SETTINGS, ...settings });
    return problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
  });
}

/** What is said about the handlers of one file, `task.yaml`. */
export function handlerProblemsOf(
  yaml: string,
  known: readonly string[],
  settings: Partial<TemplateSettings> = {},
): string[] {
  return withFiles({ 'task.yaml': yaml }, (folder) => {
    const loaded = loadTemplates([folder], { ...SETTINGS, ...settings });
    return handlerProblems(loaded, known).map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
  });
}

/** What is said about sources other than files. */
export function problemsOfSources(
  sources: readonly TemplateSource[],
  settings: Partial<TemplateSettings> = {},
): string[] {
  return loadTemplates(sources, { ...SETTINGS, ...settings }).problems.map(formatProblem);
}

/** A text whose first lines are a valid head, and whose steps begin at line 3. */
export const withSteps = (steps: string): string => `name: order\nstep_templates:\n${steps}`;
