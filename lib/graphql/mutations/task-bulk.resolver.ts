import { ObjectType } from '@nestjs/graphql';
import { BULK_OPERATIONS } from '../../api/bulk.operations.js';
import { operatorOf } from '../../auth/caller.js';
import { ActionInput } from '../../engine/tasks/task.action.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import { scopeOf } from '../graphql.execution.js';
import { given } from '../reading/given.js';
import { filterOf } from '../reading/task-filter.input.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { BulkInput, BulkPayload } from './bulk.types.js';
import { classNamed, inputTypeOf } from '../input.type.js';
import { OF_OPERATOR, type OperatorFields } from './mutation.input.js';
import { MutationRunner } from './mutation.runner.js';
import { addMutation, typePrefix } from './operation.mutation.js';

/** The mutations of `lib/api/bulk.operations.ts`. */
@TaskerResolver()
export class TaskBulkResolver {
  constructor(
    readonly tasks: TaskService,
    readonly runner: MutationRunner,
  ) {}
}

for (const operation of BULK_OPERATIONS) {
  const { id, action } = operation;
  const input = inputTypeOf(`${typePrefix(id)}Input`, BulkInput, ActionInput, { except: OF_OPERATOR });
  const payload = classNamed(`${typePrefix(id)}Payload`, BulkPayload);
  ObjectType(payload.name)(payload);
  addMutation(TaskBulkResolver, operation, { input, payload }, async ({ tasks, runner }, fields, execution) => {
    const answer = await runner.run({ name: id, input: fields, execution }, () =>
      tasks.bulk(
        action,
        filterOf(fields.filter),
        operatorOf(execution.req, given<OperatorFields>(fields)),
        scopeOf(execution),
      ),
    );
    return { items: [], more: false, ...answer };
  });
}
