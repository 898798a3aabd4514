import type { TaskScope } from '../workflow/task.scope.js';
import type { TaskerUser } from './authenticator.contract.js';
import type { Permission } from './permissions.js';

/** The kinds of things that permissions are about; `system` is everything without an id, such as figures and workers. */
export const SUBJECT_KINDS = ['task', 'step', 'template', 'webhook', 'system'] as const;
/** The kind of thing that a permission is about. */
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** The ways in which something is asked for. `events` are server-sent events, which belong to REST. */
export const ACCESS_FACES = ['rest', 'events', 'graphql', 'subscription'] as const;
/** The way in which something is asked for. */
export type AccessFace = (typeof ACCESS_FACES)[number];

/**
 * The thing that a decision is about. Each field is null if the operation does not have it: a list has a filter and no id, and
 * the details of a task that does not exist, or that is out of the user's scope, are not known.
 */
export interface AuthorizationSubject {
  readonly kind: SubjectKind;
  /** Id of the task, the step or the webhook that the operation names. */
  readonly id: string | null;
  /** Id of the task; of a step, the task that it belongs to. */
  readonly taskId: string | null;
  /** Name of the step. */
  readonly step: string | null;
  /** Of the task, or of the template that is started or shown. A list has it if its filter names one. */
  readonly namespace: string | null;
  /** Of the task template. */
  readonly name: string | null;
  /** Of the task template. A start may say `latest`. */
  readonly version: string | null;
  /** User who started the task. Of a start, the user whom the request names. */
  readonly initiator: string | null;
  /** The filter of a list, a stream, a bulk action or a webhook, as the caller gave it. It has not been checked yet. */
  readonly filter: Readonly<Record<string, unknown>> | null;
  /** Ids of the tasks that a list, a stream or a bulk action names. */
  readonly ids: readonly string[] | null;
  readonly face: AccessFace;
  /** In GraphQL, the field that is asked for, such as `Query.task` or `Task.context`. */
  readonly field: string | null;
}

/**
 * Decides what a user may do. Provide one in any module of the host:
 *
 *     { provide: TASKER_AUTHORIZATION_COORDINATOR, useClass: OrderCoordinator }
 *
 * Without one, every user that an authenticator accepts may do everything. An error that it throws refuses the request with
 * status 500.
 */
export interface AuthorizationCoordinator<User extends TaskerUser = TaskerUser> {
  /** @param user null when the host has no authenticator */
  may(user: User | null, permission: Permission, subject: AuthorizationSubject): boolean | Promise<boolean>;

  /**
   * The tasks to which a permission is limited for this user, in addition to `may`. Null: every task. Asked once for each request
   * and permission. An error that it throws, and anything that is not a scope, refuses the request with status 500.
   * @param user null when the host has no authenticator
   * @default every task
   */
  scope?(user: User | null, permission: Permission): TaskScope | null | Promise<TaskScope | null>;
}

/** Injection token of the host's `AuthorizationCoordinator`; the same in every copy of this package. */
export const TASKER_AUTHORIZATION_COORDINATOR = Symbol.for('nestjs-tasker.TASKER_AUTHORIZATION_COORDINATOR');
