import { analyseGraph, type GraphNode } from '../workflow/graph.js';

/** A step of a graph. Steps of a template have no state. */
export interface DrawnStep extends GraphNode {
  readonly state?: string;
}

/** A step of a graph. */
export interface StepGraphNode {
  readonly name: string;
  /** The length of the longest path from a step without dependencies. */
  readonly level: number;
  /** The state of the step, in the graph of a task. */
  readonly state?: string;
}

/** A dependency between two steps of a graph. */
export interface StepGraphEdge {
  readonly from: string;
  readonly to: string;
}

/** The steps of a task or a template as nodes and edges. */
export interface StepGraph {
  /** The steps, in an order in which they can run. */
  readonly nodes: readonly StepGraphNode[];
  readonly edges: readonly StepGraphEdge[];
  /** The names of the steps by level. The steps of a level can run at the same time. */
  readonly levels: readonly (readonly string[])[];
  readonly roots: readonly string[];
  readonly leaves: readonly string[];
  /** One of the longest paths through the graph. */
  readonly longestPath: readonly string[];
}

/** Makes a graph of the steps of a task or a template. */
export function graphOf(steps: readonly DrawnStep[]): StepGraph {
  const { order, levels, roots, leaves } = analyseGraph(steps);
  const byName = new Map(steps.map((step) => [step.name, step]));
  const nodes = order.map((name) => {
    const { state } = byName.get(name)!;
    return { name, level: levels.get(name)!, ...(state !== undefined && { state }) };
  });
  const byLevel: string[][] = [];
  for (const { name, level } of nodes) (byLevel[level] ??= []).push(name);
  return {
    nodes,
    edges: steps.flatMap(({ name, dependsOn }) => dependsOn.map((from) => ({ from, to: name }))),
    levels: byLevel,
    roots,
    leaves,
    longestPath: longestPath(order, levels, byName),
  };
}

/** Goes backwards from the deepest step: each step has a parent that is one level higher. */
function longestPath(
  order: readonly string[],
  levels: ReadonlyMap<string, number>,
  steps: ReadonlyMap<string, DrawnStep>,
): readonly string[] {
  const path: string[] = [];
  for (let name = order.at(-1); name !== undefined;) {
    path.unshift(name);
    const above = levels.get(name)! - 1;
    name = steps.get(name)!.dependsOn.find((parent) => levels.get(parent) === above);
  }
  return path;
}

/**
 * Draws a graph as a Mermaid flowchart. Steps are numbered, because their names may contain syntax of Mermaid.
 */
export function mermaidOf({ nodes, edges }: StepGraph): string {
  const number = numberOf(nodes);
  const text = (name: string): string => name.replace(/["#&<>]/g, (character) => `#${character.charCodeAt(0)};`);
  const states = [...new Set(nodes.flatMap(({ state }) => state ?? []))];
  return [
    'flowchart TD',
    ...nodes.map(({ name, state }) => `  ${number(name)}["${text(name)}"]${state === undefined ? '' : `:::${state}`}`),
    ...edges.map(({ from, to }) => `  ${number(from)} --> ${number(to)}`),
    ...states.map((state) => `  classDef ${state} fill:${COLOURS[state] ?? WHITE}`),
    '',
  ].join('\n');
}

/** Draws a graph in the DOT language of Graphviz. */
export function dotOf({ nodes, edges }: StepGraph): string {
  const quoted = (name: string): string => `"${name.replace(/["\\]/g, '\\$&')}"`;
  return [
    'digraph {',
    '  node [shape=box, style=filled, fillcolor=white]',
    ...nodes.map(({ name, state }) => {
      const colour = state === undefined ? '' : ` [fillcolor="${COLOURS[state] ?? WHITE}", tooltip=${quoted(state)}]`;
      return `  ${quoted(name)}${colour}`;
    }),
    ...edges.map(({ from, to }) => `  ${quoted(from)} -> ${quoted(to)}`),
    '}',
    '',
  ].join('\n');
}

function numberOf(nodes: StepGraph['nodes']): (name: string) => string {
  const numbers = new Map(nodes.map(({ name }, index) => [name, `s${index}`]));
  return (name) => numbers.get(name)!;
}

const WHITE = '#ffffff';

/** Light colours, for black text. */
const COLOURS: Readonly<Record<string, string>> = {
  pending: '#eeeeee',
  in_progress: '#9ecbff',
  complete: '#a6e3b0',
  error: '#ffb3b3',
  cancelled: '#d0d0d0',
  resolved_manually: '#d5c4f7',
  skipped: '#fdf0b0',
};
