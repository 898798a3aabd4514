import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyseGraph } from '../../../lib/workflow/graph.js';
import type { GraphNode } from '../../../lib/workflow/graph.js';

const graph = (edges: Record<string, string[]>): GraphNode[] =>
  Object.entries(edges).map(([name, dependsOn]) => ({ name, dependsOn }));

/** Nodes that depend on nodes before them only, then shuffled: acyclic, declared in any order. */
const anyDag: fc.Arbitrary<GraphNode[]> = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 30 })
  .map((picks) =>
    picks.map((pick, index) => ({
      name: `n${index}`,
      dependsOn: index === 0 ? [] : pick.map((number) => `n${number % index}`),
    })),
  )
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

/** Nodes that depend on any nodes, themselves included. */
const anyGraph: fc.Arbitrary<GraphNode[]> = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((picks) =>
    picks.map((pick, index) => ({ name: `n${index}`, dependsOn: pick.map((number) => `n${number % picks.length}`) })),
  );

/** The obvious way to find the level of a node of a DAG. */
function levelOf(name: string, nodes: readonly GraphNode[]): number {
  const { dependsOn } = nodes.find((node) => node.name === name)!;
  return dependsOn.length === 0 ? 0 : 1 + Math.max(...dependsOn.map((parent) => levelOf(parent, nodes)));
}

describe('the analysis of a graph', () => {
  it('knows the shape of a diamond', () => {
    const diamond = graph({ start: [], left: ['start'], right: ['start'], join: ['left', 'right'] });
    expect(analyseGraph(diamond)).toEqual({
      order: ['start', 'left', 'right', 'join'],
      levels: new Map([
        ['start', 0],
        ['left', 1],
        ['right', 1],
        ['join', 2],
      ]),
      roots: ['start'],
      leaves: ['join'],
      cycle: null,
    });
  });

  it('has nothing to say about no nodes', () => {
    expect(analyseGraph([])).toEqual({ order: [], levels: new Map(), roots: [], leaves: [], cycle: null });
  });

  it('keeps nodes that are free at the same time in the order of their declaration', () => {
    const crossed = graph({ first: [], second: [], early: ['second'], late: ['first'] });
    expect(analyseGraph(crossed).order).toEqual(['first', 'second', 'early', 'late']);
  });

  it('puts every node of a DAG after all that it depends on', () => {
    fc.assert(
      fc.property(anyDag, (nodes) => {
        const { order, cycle } = analyseGraph(nodes);
        expect(cycle).toBeNull();
        expect([...order].sort()).toEqual(nodes.map(({ name }) => name).sort());
        for (const { name, dependsOn } of nodes) {
          for (const parent of dependsOn) expect(order.indexOf(parent)).toBeLessThan(order.indexOf(name));
        }
      }),
    );
  });

  it('gives every node of a DAG the length of the longest path to it', () => {
    fc.assert(
      fc.property(anyDag, (nodes) => {
        const { levels } = analyseGraph(nodes);
        expect([...levels].sort()).toEqual(nodes.map(({ name }) => [name, levelOf(name, nodes)]).sort());
      }),
    );
  });

  it('orders by level and declaration, and by nothing else', () => {
    fc.assert(
      fc.property(anyDag, (nodes) => {
        const { order, levels } = analyseGraph(nodes);
        const names = nodes.map(({ name }) => name);
        expect(order).toEqual(names.toSorted((a, b) => levels.get(a)! - levels.get(b)!));
      }),
    );
  });
});

describe('a graph with a cycle', () => {
  it('has it told as a path, dependencies first', () => {
    const { cycle, order, levels } = analyseGraph(
      graph({ free: [], a: ['c', 'free'], b: ['a'], c: ['b'], behind: ['c'] }),
    );
    expect(cycle).toEqual(['a', 'b', 'c', 'a']);
    expect(order).toEqual([]);
    expect(levels.size).toBe(0);
  });

  it('may be a node that depends on itself', () => {
    expect(analyseGraph(graph({ a: ['a'] })).cycle).toEqual(['a', 'a']);
  });

  it('never has a node in it that only waits for the cycle', () => {
    expect(analyseGraph(graph({ behind: ['a'], a: ['b'], b: ['a'] })).cycle).not.toContain('behind');
  });

  it('has a cycle exactly when no order exists, and each link of it is a dependency', () => {
    fc.assert(
      fc.property(anyGraph, (nodes) => {
        const { cycle, order } = analyseGraph(nodes);
        expect(cycle === null).toBe(order.length === nodes.length);
        if (cycle === null) return;
        expect(cycle.at(-1)).toBe(cycle[0]);
        expect(new Set(cycle).size).toBe(cycle.length - 1);
        for (const [index, parent] of cycle.slice(0, -1).entries()) {
          expect(nodes.find(({ name }) => name === cycle[index + 1])!.dependsOn).toContain(parent);
        }
      }),
    );
  });

  it('is found in time that grows with its length, not with its square', () => {
    const length = 50_000;
    const ring = Array.from({ length }, (_, index) => ({ name: `n${index}`, dependsOn: [`n${(index + 1) % length}`] }));
    const started = performance.now();
    expect(analyseGraph(ring).cycle).toHaveLength(length + 1);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
