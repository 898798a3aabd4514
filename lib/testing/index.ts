export { EmbeddedServerError } from '../embedded/embedded.errors.js';
export { startEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from '../embedded/embedded.server.js';
export { stepContext, type StepContextParts } from './step.context.js';
export { testDatabase, type TestDatabase } from './test.database.js';
export { TaskerTestKit } from './tasker.test-kit.js';
export { ActiveWorkerError, UnendedTaskError } from './testing.errors.js';
