import { describe, expect, it } from '@jest/globals';
import { dotOf, graphOf, mermaidOf } from '../../../lib/insight/step.graph.js';

const step = (name: string, ...dependsOn: string[]): { name: string; dependsOn: string[] } => ({ name, dependsOn });

describe('the graph of steps', () => {
  it('has one of its longest paths, whichever parent a step names first', () => {
    const { longestPath, levels } = graphOf([step('a'), step('b', 'a'), step('c', 'b'), step('d', 'a', 'b', 'c')]);
    expect(longestPath).toEqual(['a', 'b', 'c', 'd']);
    expect(levels).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('is drawn with names that hold signs of the language of the drawing', () => {
    const graph = graphOf([step('say "hi" & <go> #1'), step('back\\slash', 'say "hi" & <go> #1')]);
    expect(mermaidOf(graph).split('\n')).toEqual([
      'flowchart TD',
      '  s0["say #34;hi#34; #38; #60;go#62; #35;1"]',
      '  s1["back\\slash"]',
      '  s0 --> s1',
      '',
    ]);
    expect(dotOf(graph)).toContain('  "say \\"hi\\" & <go> #1" -> "back\\\\slash"\n');
  });
});
