import { objectTypeOf } from '../object.type.js';
import { StepGraphType } from '../step-graph.type.js';
import { StepTemplateType } from './step-template.type.js';

export const NamespaceType = objectTypeOf('Namespace', 'NamespaceOutline');
export const TaskTemplateOutlineType = objectTypeOf('TaskTemplateOutline', 'TemplateOutline');
export const TaskTemplateType = objectTypeOf('TaskTemplate', 'TemplateDocument', {
  types: { graph: () => StepGraphType, steps: () => StepTemplateType },
});
