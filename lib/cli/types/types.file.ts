import { HTTP_HANDLER } from '../../templates/http-step.document.js';
import { analyseGraph } from '../../workflow/graph.js';
import type { StepTemplate, TaskTemplate } from '../../workflow/task-template.js';
import { contextType, quoted } from './context.type.js';
import { namedTemplates, type NamedTemplate } from './template.names.js';

/** The text of a module that describes the templates for the compiler. */
export function typesFile(templates: readonly TaskTemplate[]): string {
  const parts = namedTemplates(templates).map(partFor);
  const body = parts.join('\n');
  const used = ['JsonObject', 'JsonValue'].filter((name) => new RegExp(`\\b${name}\\b`).test(withoutTexts(body)));
  const imported = ['defineTask', ...(body.includes('type<') ? ['type'] : []), ...used.map((name) => `type ${name}`)];
  const imports = parts.length === 0 ? 'export {};' : `import { ${imported.join(', ')} } from 'nestjs-tasker';`;
  return `${HEAD}\n${imports}\n${parts.length === 0 ? '' : `\n${body}`}`;
}

const HEAD = `// Written by \`npx nestjs-tasker types\` from the task templates in YAML; run it again when they change.
// For types only: the YAML files are the templates, so do not list these under \`templates\` too.`;

/** Removes comments and quoted texts, which may contain any word. */
function withoutTexts(code: string): string {
  return code.replaceAll(/\/\*\*.*?\*\/|'(?:[^'\\]|\\.)*'/g, '');
}

function partFor({ template, constant, contextType: context }: NamedTemplate): string {
  const { namespace, name, version, description, contextSchema, steps } = template;
  const type = contextSchema === null ? '' : `export type ${context} = ${contextType(contextSchema)};\n\n`;
  const head = [
    `namespace: ${quoted(namespace)},`,
    `name: ${quoted(name)},`,
    `version: ${quoted(version)},`,
    ...(contextSchema === null ? [] : [`context: type<${context}>(),`]),
  ];
  const comment =
    description === '' ? '' : `/** ${description.trim().replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/')} */\n`;
  const calls = parentsFirst(steps).map(stepCall);
  return `${type}${comment}export const ${constant} = defineTask({\n${head.map((line) => `  ${line}\n`).join('')}})${calls.join('')};\n`;
}

function stepCall({ name, handler, handlerConfig, dependsOn }: StepTemplate): string {
  const parents = dependsOn.length === 0 ? [] : [`dependsOn: [${dependsOn.map(quoted).join(', ')}]`];
  const work =
    handler === HTTP_HANDLER
      ? [`http: { url: ${quoted(handlerConfig.url as string)} }`, `returns: type<${HTTP_RESULTS}>()`]
      : [`handler: ${quoted(handler)}`];
  return `\n  .step(${quoted(name)}, { ${[...work, ...parents].join(', ')} })`;
}

const HTTP_RESULTS = '{ status: number; headers: Readonly<Record<string, string>>; body: JsonValue }';

/** Sorts steps after those that they depend on, because `defineTask` needs these first. */
function parentsFirst(steps: readonly StepTemplate[]): StepTemplate[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  return analyseGraph(steps).order.map((name) => byName.get(name)!);
}
