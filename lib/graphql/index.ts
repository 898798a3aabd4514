export { TaskerGraphqlModule } from './tasker-graphql.module.js';
export type { TaskerGraphqlOptions } from './tasker-graphql.options.js';
export { limitRules } from './limits/limit.rules.js';
export type { QueryLimits } from './limits/query.limits.js';
export { TaskType } from './task.type.js';
export { WorkflowStepType } from './workflow-step.type.js';
