export { startEmbeddedServer, type EmbeddedServer } from '../embedded/embedded.server.js';
export type { PermissionAnswer } from './permission.answer.js';
export { permissionMatrix } from './permission.decisions.js';
export type { PermissionMatrix, PermissionRow } from './permission.matrix.js';
export { stepContext, type StepContextParts } from './step.context.js';
export { testDatabase, type TestDatabase } from './test.database.js';
export { TaskerTestKit } from './tasker.test-kit.js';
export { UnendedTaskError } from './testing.errors.js';
