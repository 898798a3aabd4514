import { objectTypeOf } from './object.type.js';

objectTypeOf('StepGraphNode', 'StepGraphNode');
objectTypeOf('StepGraphEdge', 'StepGraphEdge');

export const StepGraphType = objectTypeOf('StepGraph', 'StepGraph', {
  description: 'A graph of the dependencies between steps, which are identified by name.',
});
