export { TaskerGraphqlModule } from './tasker-graphql.module.js';
export { JsonScalar } from './json.scalar.js';
export { StartTaskInput } from './start-task.input.js';
export { StepStateEnum, TaskStateEnum } from './state.enums.js';
export { TaskSummaryType, TaskType } from './task.type.js';
export { StepErrorType, WorkflowStepType } from './workflow-step.type.js';
