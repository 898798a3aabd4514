import { permittedActions, statesFor, type ActionSubject } from '../workflow/actions.js';
import type { StepState, TaskState } from '../workflow/states.js';
import { TaskerError } from '../workflow/tasker.error.js';

export class MissingDataSourceError extends TaskerError {
  readonly code = 'TASKER_MISSING_DATA_SOURCE';

  constructor(readonly dataSource: string) {
    super(
      `There is no TypeORM data source "${dataSource}". Import TypeOrmModule.forRoot({ type: 'postgres', ... }) in the ` +
        'host, or name the right one in the option database.dataSource.',
    );
  }
}

export class WrongDataSourceError extends TaskerError {
  readonly code = 'TASKER_WRONG_DATA_SOURCE';

  constructor(
    readonly dataSource: string,
    readonly type: string,
  ) {
    super(`The data source "${dataSource}" is of type ${type}; nestjs-tasker needs PostgreSQL (type 'postgres').`);
  }
}

/** The data source was used before it was initialised. With `manualInitialization`, the host must initialise it. */
export class UninitialisedDataSourceError extends TaskerError {
  readonly code = 'TASKER_UNINITIALISED_DATA_SOURCE';

  constructor(readonly dataSource: string) {
    super(
      `The data source "${dataSource}" is not initialised. With manualInitialization, call its initialize() before ` +
        'app.init() or app.listen().',
    );
  }
}

/** A statement of the transaction failed, so PostgreSQL rolls it back and accepts no further statement. */
export class AbortedTransactionError extends TaskerError {
  readonly code = 'TASKER_ABORTED_TRANSACTION';

  constructor(options?: ErrorOptions) {
    super(
      'An earlier statement of the transaction failed and its error was caught, so nothing of the transaction is stored. ' +
        'Rethrow the error, or run statements that may fail in a nested transaction (a savepoint).',
      options,
    );
  }
}

/** The handler of a transactional step ended the transaction in which its outcome should be recorded. */
export class EndedTransactionError extends TaskerError {
  readonly code = 'TASKER_ENDED_TRANSACTION';

  constructor() {
    super('The handler ended its transaction itself (COMMIT or ROLLBACK). Leave that to the engine.');
  }
}

/** The connection of a transaction was lost before its commit, so the transaction was rolled back. */
export class LostConnectionError extends TaskerError {
  readonly code = 'TASKER_LOST_CONNECTION';

  /** @param thrown the error of the running work, which may or may not be due to the loss */
  constructor(
    options?: ErrorOptions,
    readonly thrown?: unknown,
  ) {
    const { cause } = options ?? {};
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    super(`The connection of the transaction was lost${why}; the transaction was rolled back.`, options);
  }
}

const TIMEOUTS = {
  silent: (seconds) => `The database did not respond to a statement within ${seconds} s; its connection was closed.`,
  unserved: (seconds) =>
    `A connection was opened, but the database did not respond to its first statement within ${seconds} s; it was closed. ` +
    'Check that a pooler in session mode allows as many connections as all pools together.',
  slow: (seconds) => `A statement took longer than ${seconds} s and was cancelled.`,
  unconnected: (seconds) =>
    `No connection of the pool became free, or could be opened, within ${seconds} s. ` +
    'Check that the pool is large enough for its users, and that the server or pooler allows as many connections as all pools together.',
} as const satisfies Record<string, (seconds: number) => string>;

/** A statement, or the wait for a connection, took longer than the option `database.statementTimeoutMs`. */
export class DatabaseTimeoutError extends TaskerError {
  readonly code = 'TASKER_DATABASE_TIMEOUT';

  constructor(
    readonly reason: keyof typeof TIMEOUTS,
    readonly limitMs: number,
    options?: ErrorOptions,
  ) {
    super(TIMEOUTS[reason](limitMs / 1_000), options);
  }
}

/** The pool has fewer connections than the engine needs at the same time. */
export class PoolTooSmallError extends TaskerError {
  readonly code = 'TASKER_POOL_TOO_SMALL';

  constructor(
    readonly dataSource: string,
    readonly poolSize: number,
  ) {
    super(
      `The pool of the data source "${dataSource}" has ${poolSize} connection; nestjs-tasker needs 2, and 3 if steps are ` +
        'transactional. Set poolSize in the options of TypeOrmModule.',
    );
  }
}

/** A manager was used after its transaction had ended. */
export class ReleasedManagerError extends TaskerError {
  readonly code = 'TASKER_RELEASED_MANAGER';

  constructor() {
    super('The manager belongs to a transaction that has ended. Await everything that uses it inside the transaction.');
  }
}

/** The named task was deleted from the database, but this process still knows it. */
export class UnknownNamedTaskError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_NAMED_TASK';
  override readonly httpStatus = 404;
}

/** There is no task with this id, or it was deleted. */
export class UnknownTaskError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_TASK';
  override readonly httpStatus = 404;

  constructor(
    readonly taskId: string,
    options?: ErrorOptions,
  ) {
    super(`There is no task "${taskId}".`, options);
  }
}

/** The task has no such step. */
export class UnknownStepError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_STEP';
  override readonly httpStatus = 404;
}

/** A refused action, as the database describes it. */
export interface RefusedAction {
  readonly action: string;
  readonly subject: ActionSubject;
  /** The name of the step, or the id of the task. */
  readonly name: string;
  readonly state: TaskState | StepState;
  /** The reason, if it is not the state alone. */
  readonly because: string | null;
  /** Whether the task of the step has ended, so that no other action is permitted either. */
  readonly isOver: boolean;
  /** Whether the template declares the step skippable. */
  readonly skippable: boolean;
}

/** The state of the task or step does not permit the action. Nothing was changed. */
export class ActionRefusedError extends TaskerError {
  readonly code = 'TASKER_ACTION_REFUSED';
  override readonly httpStatus = 409;
  /** The actions that the state permits. */
  readonly permitted: readonly string[];
  override readonly facts: { readonly currentState: string; readonly permittedActions: readonly string[] };

  constructor(
    readonly refused: RefusedAction,
    options?: ErrorOptions,
  ) {
    const { action, subject, name, state, because, isOver, skippable } = refused;
    const others = permittedActions(subject, state).filter((each) => each !== action && (skippable || each !== 'skip'));
    const permitted = isOver ? [] : others;
    const why = because ?? `that takes one in ${statesFor(subject, action).join(' or ')}`;
    super(
      `Cannot ${inWords(action)} ${subject} ${name}, which is ${state}: ${why}. ` +
        `Permitted now: ${permitted.join(', ') || 'nothing'}.`,
      options,
    );
    this.permitted = permitted;
    this.facts = { currentState: state, permittedActions: permitted };
  }
}

/** The action in words, as the beginning of a sentence about a task or step. */
function inWords(action: string): string {
  return action === 'changeRetryLimit' ? 'change the retry limit of' : action;
}

/** When a transactional handler had finished, its worker no longer held the step. The work was rolled back. */
export class StaleStepError extends TaskerError {
  readonly code = 'TASKER_STALE_STEP';
}

/** PostgreSQL cannot read the `contextPath`. */
export class InvalidContextPathError extends TaskerError {
  readonly code = 'TASKER_INVALID_CONTEXT_PATH';
  override readonly httpStatus = 400;

  constructor(
    readonly contextPath: string,
    options?: ErrorOptions,
  ) {
    super(`contextPath "${contextPath}" is not an SQL/JSON path, such as $.order ? (@.total > 100).`, options);
  }
}

/** Finding the tasks took too long. A filter that no index supports reads every task until enough are found. */
export class SlowListError extends TaskerError {
  readonly code = 'TASKER_SLOW_LIST';
  override readonly httpStatus = 422;

  constructor(
    readonly seconds: number,
    options?: ErrorOptions,
  ) {
    super(
      `The tasks were not found within ${seconds} seconds. Narrow the filter: by namespace, name, or states.`,
      options,
    );
  }
}

/** The answer is larger than one answer of the database may be, even without its largest values. */
export class AnswerTooLargeError extends TaskerError {
  readonly code = 'TASKER_ANSWER_TOO_LARGE';
  override readonly httpStatus = 422;

  constructor(
    /** A lower bound: the answer is not measured to its end. */
    readonly bytes: number,
    readonly allowed: number,
  ) {
    super(
      `The answer has at least ${bytes} bytes as JSON, and ${allowed} are allowed in one answer of the ` +
        'database (option database.maxReadBytes). Request less at a time, or raise the option.',
    );
  }
}

/** The change was meant for an earlier revision of the task or step. */
export class StaleRevisionError extends TaskerError {
  readonly code = 'TASKER_STALE_REVISION';
  override readonly httpStatus = 412;
}
