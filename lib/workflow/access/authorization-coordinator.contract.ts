import type { TaskScope } from '../task.scope.js';
import type { TaskerUser } from './authenticator.contract.js';
import type { Permission } from './permissions.js';

/** The kinds of subjects of permissions. `system` includes everything without an id, such as figures and workers. */
export const SUBJECT_KINDS = ['task', 'step', 'template', 'webhook', 'system'] as const;
/** The kind of subject of a permission. */
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** The interfaces through which operations are requested. `events` are server-sent events, which belong to REST. */
export const ACCESS_FACES = ['rest', 'events', 'graphql', 'subscription'] as const;
/** The interface through which an operation is requested. */
export type AccessFace = (typeof ACCESS_FACES)[number];

/**
 * The subject of a decision. Each field is null if the operation does not have it: a list has a filter and no id, and
 * the details of a task that does not exist, or that is out of the user's scope, are unknown.
 */
export interface AuthorizationSubject {
  readonly kind: SubjectKind;
  /** The id of the task, step or webhook that the operation names. */
  readonly id: string | null;
  /** The id of the task, or of the task of the step. */
  readonly taskId: string | null;
  /** The name of the step. */
  readonly step: string | null;
  /** The namespace of the task, or of the template that is started or shown. A list has it if its filter names one. */
  readonly namespace: string | null;
  /** The name of the task template. */
  readonly name: string | null;
  /** The version of the task template. For a start, it may be `latest`. */
  readonly version: string | null;
  /** The user who started the task. For a start, the initiator in the request. */
  readonly initiator: string | null;
  /** The filter of a list, a stream, a bulk action or a webhook, as the caller gave it. It has not been checked yet. */
  readonly filter: Readonly<Record<string, unknown>> | null;
  /** The ids of the tasks that a list, a stream or a bulk action names. */
  readonly ids: readonly string[] | null;
  readonly face: AccessFace;
  /** In GraphQL, the requested field, such as `Query.task` or `Task.context`. */
  readonly field: string | null;
}

/**
 * Decides what a user may do. Any module of the host can provide one:
 *
 * { provide: TASKER_AUTHORIZATION_COORDINATOR, useClass: OrderCoordinator }
 *
 * Without one, the roles of users decide. An error that it throws refuses the request with status 500, or with 503 if it
 * is an `AuthUnavailableError`.
 */
export interface AuthorizationCoordinator<User extends TaskerUser = TaskerUser> {
  /**
   * Returns whether the user may do this.
   * @param user null if the host has no authenticator
   */
  may(user: User | null, permission: Permission, subject: AuthorizationSubject): boolean | Promise<boolean>;

  /**
   * Returns the tasks to which a permission is limited for this user, in addition to `may`; null for every task. Called
   * once for each request and permission. An error, or an invalid scope, refuses the request with status 500.
   * @param user null if the host has no authenticator
   * @default every task
   */
  scope?(user: User | null, permission: Permission): TaskScope | null | Promise<TaskScope | null>;
}

/** The injection token of the host's `AuthorizationCoordinator`, the same in every copy of this package. */
export const TASKER_AUTHORIZATION_COORDINATOR = Symbol.for('nestjs-tasker.TASKER_AUTHORIZATION_COORDINATOR');
