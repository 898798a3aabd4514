import { JsonScalar } from '../json.scalar.js';
import { objectTypeOf } from '../object.type.js';
import '../step-graph.type.js';
import './step-template.type.js';

objectTypeOf('SensitiveData', 'SensitiveData', { types: { results: () => JsonScalar } });

export const NamespaceType = objectTypeOf('Namespace', 'NamespaceOutline');
export const TaskTemplateOutlineType = objectTypeOf('TaskTemplateOutline', 'TemplateOutline');
export const TaskTemplateType = objectTypeOf('TaskTemplate', 'TemplateDocument');
