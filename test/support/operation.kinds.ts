import type { DocumentedOperation } from './documented.operations.js';

/** A choice of operations. */
export type Kind = (operation: DocumentedOperation) => boolean;

export const on =
  (...ids: readonly string[]): Kind =>
  ({ id }) =>
    ids.includes(id);
export const guarded: Kind = ({ isPublic }) => !isPublic;
export const withBody: Kind = ({ body }) => body !== undefined;
export const withQuery: Kind = ({ takes }) => takes.query.length > 0;
export const withHeader =
  (name: string): Kind =>
  ({ takes }) =>
    takes.header.includes(name);
export const below =
  (path: string): Kind =>
  (operation) =>
    operation.path.startsWith(path);
const both =
  (one: Kind, other: Kind): Kind =>
  (operation) =>
    one(operation) && other(operation);
export const either =
  (one: Kind, other: Kind): Kind =>
  (operation) =>
    one(operation) || other(operation);
const not =
  (kind: Kind): Kind =>
  (operation) =>
    !kind(operation);

export const listing = either(on('listTasks', 'listDeadLetters'), below('/bulk/'));
export const ofTask = below('/tasks/{');
export const ofStep = below('/tasks/{taskId}/workflow_steps/{id}');
/** What a finished task has no need of; annotations it takes, and it may be run again or erased. */
export const changing = both(
  ofTask,
  both(({ verb }) => verb !== 'get', not(on('annotateTask', 'rerunTask', 'eraseTask'))),
);

export const starting = on('startTask', 'startTasks');
