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

/** A named task that was deleted from the database while this process still knows it. */
export class UnknownNamedTaskError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_NAMED_TASK';
  override readonly httpStatus = 404;
}
