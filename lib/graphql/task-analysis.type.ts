import { objectTypeOf } from './object.type.js';
import { StepStateEnum } from './state.enums.js';
import { StepGraphType } from './step-graph.type.js';

objectTypeOf('Blocker', 'Blocker', { types: { state: () => StepStateEnum } });

export const TaskAnalysisType = objectTypeOf('TaskAnalysis', 'TaskAnalysis', { types: { graph: () => StepGraphType } });
