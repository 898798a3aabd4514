import { objectTypeOf } from './object.type.js';

objectTypeOf('Blocker', 'Blocker');

export const TaskAnalysisType = objectTypeOf('TaskAnalysis', 'TaskAnalysis');
