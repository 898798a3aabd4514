/** A node, as the graph functions need it. */
export interface GraphNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** The shape of a DAG. Levels and order are empty if the graph has a cycle. */
export interface GraphAnalysis {
  /** All nodes by level, so that each follows its dependencies. Nodes of one level keep their order of declaration. */
  readonly order: readonly string[];
  /** The length of the longest path from a root to each node; 0 for roots. */
  readonly levels: ReadonlyMap<string, number>;
  readonly roots: readonly string[];
  readonly leaves: readonly string[];
  /** A cycle, as a path whose first node is repeated at its end; null if there is none. */
  readonly cycle: readonly string[] | null;
}

/** Analyses a graph in time linear in nodes + edges. Names must be unique, and all dependencies known. */
export function analyseGraph(nodes: readonly GraphNode[]): GraphAnalysis {
  const children = childrenOf(nodes);
  const roots = nodes.filter(({ dependsOn }) => dependsOn.length === 0).map(({ name }) => name);
  const leaves = nodes.filter(({ name }) => children.get(name)!.length === 0).map(({ name }) => name);
  const levels = levelsOf(nodes, children);
  if (levels.size < nodes.length) {
    return { order: [], levels: new Map(), roots, leaves, cycle: findCycle(nodes, levels) };
  }
  return { order: orderOf(nodes, levels), levels, roots, leaves, cycle: null };
}

function childrenOf(nodes: readonly GraphNode[]): Map<string, string[]> {
  const children = new Map(nodes.map(({ name }) => [name, [] as string[]]));
  for (const { name, dependsOn } of nodes) for (const parent of dependsOn) children.get(parent)!.push(name);
  return children;
}

/** Kahn's algorithm. The result lacks nodes that are on a cycle or depend on one. */
function levelsOf(nodes: readonly GraphNode[], children: ReadonlyMap<string, string[]>): Map<string, number> {
  const waitingOn = new Map(nodes.map(({ name, dependsOn }) => [name, dependsOn.length]));
  const levels = new Map(nodes.filter(({ dependsOn }) => dependsOn.length === 0).map(({ name }) => [name, 0]));
  for (const [name, level] of levels) {
    for (const child of children.get(name)!) {
      const left = waitingOn.get(child)! - 1;
      waitingOn.set(child, left);
      // Levels never decrease here, so the last parent has the highest. Iterating over a Map also visits entries that
      // are added meanwhile.
      if (left === 0) levels.set(child, level + 1);
    }
  }
  return levels;
}

/**
 * One bucket per level, filled in order of declaration. Kahn's own order would depend on when a node's last parent
 * came.
 */
function orderOf(nodes: readonly GraphNode[], levels: ReadonlyMap<string, number>): readonly string[] {
  const buckets: string[][] = [];
  for (const { name } of nodes) (buckets[levels.get(name)!] ??= []).push(name);
  return buckets.flat();
}

/**
 * Walks backwards from a node that was never freed. Each such node has another as a dependency, so the walk must meet
 * itself.
 */
function findCycle(nodes: readonly GraphNode[], freed: ReadonlyMap<string, number>): readonly string[] {
  const stuck = new Map(nodes.filter(({ name }) => !freed.has(name)).map((node) => [node.name, node]));
  const path = new Set<string>();
  let name = stuck.keys().next().value!;
  while (!path.has(name)) {
    path.add(name);
    name = stuck.get(name)!.dependsOn.find((parent) => stuck.has(parent))!;
  }
  const walked = [...path];
  const cycle = walked.slice(walked.indexOf(name)).reverse();
  return [cycle.at(-1)!, ...cycle];
}
