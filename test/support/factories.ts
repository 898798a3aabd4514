import type { StartTaskRequest } from 'nestjs-tasker';
import {
  stepDocument,
  taskDocument,
  type HandlerWork,
  type StepSettings,
  type TaskHead,
} from '../../lib/templates/define-task.document.js';
import type { GraphNode } from '../../lib/workflow/graph.js';
import type { TaskDefinition } from '../../lib/workflow/task-definition.js';

/** The handler that steps have unless they name another. */
export const HANDLER = 'tests.step';

export interface TemplateSettings extends Partial<TaskHead> {
  /** What steps have of their own, by name. */
  readonly steps?: Readonly<Record<string, Partial<StepSettings & HandlerWork>>>;
}

/** A template under a name of its own, with what it takes to start it. */
export interface TestTemplate extends TaskDefinition {
  readonly request: Required<Pick<StartTaskRequest, 'namespace' | 'name' | 'version'>>;
}

export const ONE_STEP: readonly GraphNode[] = [{ name: 'only', dependsOn: [] }];

let made = 0;

/**
 * A template of these steps. Waits between attempts are a minute without jitter: no test lives to see one end, so what
 * runs again was let to by the test.
 */
export function aTemplate(
  nodes: readonly GraphNode[] = ONE_STEP,
  {
    steps = {},
    namespace = 'tests',
    name = `template_${++made}`,
    version = '1.0.0',
    defaults,
    ...head
  }: TemplateSettings = {},
): TestTemplate {
  const backoff = { baseSeconds: 60, factor: 1, maxSeconds: 3_600, jitter: 0 };
  const document = {
    ...taskDocument({ ...head, namespace, name, version, defaults: { backoff, ...defaults } }),
    step_templates: nodes.map((node) =>
      stepDocument(node.name, { handler: HANDLER, dependsOn: node.dependsOn, ...steps[node.name] }),
    ),
  };
  return { document, request: { namespace, name, version } };
}

/** `a → b → c` for `aChain('a', 'b', 'c')`. */
export function aChain(...names: readonly string[]): readonly GraphNode[] {
  return names.map((name, index) => ({ name, dependsOn: names.slice(Math.max(0, index - 1), index) }));
}

/** Steps that do not wait for each other. */
export function independent(...names: readonly string[]): readonly GraphNode[] {
  return names.map((name) => ({ name, dependsOn: [] }));
}
