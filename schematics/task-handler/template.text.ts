import { posix } from 'node:path';
import { propertyName, quoted } from '../writing/quoted';
import type { Workflow, WorkflowStep } from './workflow';

/** The template as a file for `config/tasker/tasks`. */
export function yamlTemplate(workflow: Workflow): string {
  const { task, namespace, version, description, dependentSystem, steps, template } = workflow;
  const schema = posix.relative(
    posix.dirname(template),
    'node_modules/nestjs-tasker/schemas/task-template.schema.json',
  );
  const system = dependentSystem === null ? '' : `default_dependent_system: ${scalar(dependentSystem)}\n`;
  return `# yaml-language-server: $schema=${schema}
name: ${scalar(task)}
namespace_name: ${scalar(namespace)}
version: ${version}
description: ${scalar(description)}
${system}schema:
  type: object
  required: [inputId]
  properties:
    inputId: { type: integer }
step_templates:
${steps.map(yamlStep).join('')}`;
}

function yamlStep({ name, handler, parent }: WorkflowStep): string {
  const dependency = parent === null ? '' : `    depends_on: ${scalar(parent)}\n`;
  return `  - name: ${scalar(name)}\n    handler: ${handler}\n${dependency}`;
}

/** Plain if YAML reads it back as the same text. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z][\w .,()/-]*[\w.)]$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : quotedScalar(text);
}

/** Quotes as Prettier does, so that a formatter of YAML changes nothing. */
function quotedScalar(text: string): string {
  return /^[\w .,:;#()/*&!?@%|>{}[\]`"$+=<-]*$/.test(text) && !text.includes('\\') ? `'${text}'` : JSON.stringify(text);
}

/** The types of the template in YAML. */
export function typesText({ name, steps, template }: Workflow): string {
  return `/** The context of a task, as ${template} requires it. */
export interface ${name.pascal}Context {
  readonly inputId: number;
}

/** The results of each step. */
export interface ${name.pascal}Results {
${steps.map((step) => `  readonly ${propertyName(step.name)}: { readonly inputId: number };\n`).join('')}}
`;
}

/** The template in TypeScript, with its types. */
export function definitionText(workflow: Workflow): string {
  const { name, namespace, task, version, description, dependentSystem, steps } = workflow;
  const system = dependentSystem === null ? '' : `  defaultDependentSystem: ${quoted(dependentSystem)},\n`;
  return `import { defineTask, type } from 'nestjs-tasker';

/** The context of a task. */
export interface ${name.pascal}Context {
  readonly inputId: number;
}

export const ${name.camel} = defineTask({
  namespace: ${quoted(namespace)},
  name: ${quoted(task)},
  version: ${quoted(version)},
  description: ${quoted(description)},
${system}  context: type<${name.pascal}Context>(),
  contextSchema: {
    type: 'object',
    required: ['inputId'],
    properties: { inputId: { type: 'integer' } },
  },
})
${steps.map(definitionStep).join('\n')};
`;
}

function definitionStep({ name, parent }: WorkflowStep): string {
  const dependency = parent === null ? '' : `dependsOn: [${quoted(parent)}], `;
  return `  .step(${quoted(name)}, { ${dependency}returns: type<{ inputId: number }>() })`;
}
