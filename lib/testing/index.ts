export { stepContext, type StepContextParts } from './step.context.js';
export { TaskerTestKit } from './tasker.test-kit.js';
export { ActiveWorkerError, UnendedTaskError } from './testing.errors.js';
export type { StepDetails, StepErrorDetails, TaskDetails, TaskSummary } from '../insight/task.reader.js';
