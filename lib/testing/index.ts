export { startEmbeddedServer, type EmbeddedServer } from '../embedded/embedded.server.js';
export { stepContext, type StepContextParts } from './step.context.js';
export { testDatabase, type TestDatabase } from './test.database.js';
export { TaskerTestKit } from './tasker.test-kit.js';
export { UnendedTaskError } from './testing.errors.js';
