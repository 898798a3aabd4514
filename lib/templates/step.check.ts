import { analyseGraph } from '../workflow/graph.js';
import type { GraphNode } from '../workflow/graph.js';
import { unknownName } from '../workflow/near.name.js';
import { itemsOf, outlineSteps, propertyOf } from './step.outline.js';
import type { StepOutline } from './step.outline.js';
import type { Finding } from './template.problem.js';

/** The maximum number of reported cycles. A graph can have very many, and further ones do not help to fix it. */
const CYCLES_REPORTED = 10;

/** Checks the parts of steps that a schema cannot: their names and dependencies. */
export function stepFindings(document: unknown): Finding[] {
  const steps = outlineSteps(document);
  const known = new Map(steps.toReversed().map((step) => [step.name, step]));
  return [
    ...duplicateSteps(steps, known),
    ...stepsOutsideVocabulary(steps, propertyOf(document, 'named_steps')),
    ...unknownDependencies(steps),
    ...cycles([...known.values()].toReversed()),
  ];
}

function duplicateSteps(steps: readonly StepOutline[], first: ReadonlyMap<string, StepOutline>): Finding[] {
  return steps
    .filter((step) => first.get(step.name) !== step)
    .map(({ path, name }) => ({ path: [...path, 'name'], message: `another step is already named "${name}"` }));
}

function stepsOutsideVocabulary(steps: readonly StepOutline[], namedSteps: unknown): Finding[] {
  if (!Array.isArray(namedSteps)) return [];
  const allowed = itemsOf(namedSteps).filter((name) => typeof name === 'string');
  return steps
    .filter(({ name }) => !allowed.includes(name))
    .map(({ path, name }) => ({
      path: [...path, 'name'],
      message: `not in named_steps: ${unknownName('step', name, allowed)}`,
    }));
}

function unknownDependencies(steps: readonly StepOutline[]): Finding[] {
  const known = new Set(steps.map(({ name }) => name));
  return steps.flatMap(({ dependencies }) =>
    dependencies
      .filter(({ name }) => !known.has(name))
      .map(({ name, path }) => ({ path, message: unknownName('step', name, known) })),
  );
}

/**
 * Reports each cycle once, at a dependency that closes it. Removing this dependency shows whether there is another
 * cycle.
 */
function cycles(steps: readonly StepOutline[]): Finding[] {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const findings: Finding[] = [];
  let nodes: GraphNode[] = steps.map(({ name, dependencies }) => ({
    name,
    dependsOn: dependencies.map((dependency) => dependency.name).filter((dependency) => byName.has(dependency)),
  }));
  for (let { cycle } = analyseGraph(nodes); cycle !== null; { cycle } = analyseGraph(nodes)) {
    const [parent, child] = [cycle.at(-2)!, cycle.at(-1)!];
    const { path } = byName.get(child)!.dependencies.find(({ name }) => name === parent)!;
    findings.push({ path, message: `steps depend on each other in a cycle: ${cycle.join(' → ')}` });
    if (findings.length === CYCLES_REPORTED) return findings;
    nodes = nodes.map((node) =>
      node.name === child ? { name: child, dependsOn: node.dependsOn.filter((name) => name !== parent) } : node,
    );
  }
  return findings;
}
