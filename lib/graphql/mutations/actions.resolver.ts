import type { Type } from '@nestjs/common';
import { ObjectType } from '@nestjs/graphql';
import type { ActionOperation } from '../../api/action.operation.js';
import { STEP_OPERATIONS } from '../../api/step.operations.js';
import { TASK_OPERATIONS } from '../../api/task.operations.js';
import type { ActionBy, ActionResult } from '../../engine/tasks/task.action.js';
import type { StartedTask } from '../../engine/tasks/task.request.js';
import { TaskService } from '../../engine/tasks/task.service.js';
import type { TaskScope } from '../../workflow/task.scope.js';
import type { Given } from '../reading/given.js';
import { scopeOf } from '../graphql.execution.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { ActionRunner } from './action.runner.js';
import { classNamed, inputTypeOf, withRevision } from '../input.type.js';
import { OF_OPERATOR, StepActionInput, TaskActionInput, type MutationFields } from './mutation.input.js';
import { StartPayload, StepActionPayload, TaskActionPayload } from './mutation.payload.js';
import { addMutation, typePrefix } from './operation.mutation.js';

/** The mutations of `lib/api/task.operations.ts` and `lib/api/step.operations.ts`. */
@TaskerResolver()
export class ActionsResolver {
  constructor(
    readonly tasks: TaskService,
    readonly runner: ActionRunner,
  ) {}
}

for (const action of TASK_OPERATIONS) {
  const payload = action.startsTask ? payloadOf(action, StartPayload) : payloadOf(action, TaskActionPayload);
  const types = { input: inputOf(action, TaskActionInput), payload };
  addMutation(ActionsResolver, action, types, ({ tasks, runner }, input, execution) => {
    const call = { name: action.id, input, execution };
    const scope = scopeOf(execution);
    return action.startsTask
      ? runner.starting(call, (values, by) => run(action, tasks, values, by, scope) as Promise<StartedTask>)
      : runner.onTask(call, (values, by) => run(action, tasks, values, by, scope) as Promise<ActionResult>);
  });
}

for (const action of STEP_OPERATIONS) {
  const types = { input: inputOf(action, StepActionInput), payload: payloadOf(action, StepActionPayload) };
  addMutation(ActionsResolver, action, types, ({ tasks, runner }, input, execution) =>
    runner.onStep(
      { name: action.id, input, execution },
      (values, by) => run(action, tasks, values, by, scopeOf(execution)) as Promise<ActionResult>,
    ),
  );
}

type Values = Given<TaskActionInput & Partial<StepActionInput> & MutationFields>;

function run(
  action: ActionOperation,
  tasks: TaskService,
  values: Values,
  by: Readonly<ActionBy>,
  scope: TaskScope | null,
): ReturnType<ActionOperation['run']> {
  const { taskId, step = '', requestKey: _key, clientMutationId: _id, actor: _actor, ...parameters } = values;
  return action.run(tasks, { taskId, step }, { ...parameters, ...by }, scope);
}

function inputOf<Parent extends TaskActionInput>(
  { id, input, isConditional }: ActionOperation,
  parent: Type<Parent>,
): Type<Parent> {
  const type = inputTypeOf(`${typePrefix(id)}Input`, parent, input, { except: OF_OPERATOR });
  return isConditional ? withRevision(type, 'step') : type;
}

function payloadOf<Parent extends object>({ id, startsTask }: ActionOperation, parent: Type<Parent>): Type<Parent> {
  const payload = classNamed(`${typePrefix(id)}Payload`, parent);
  ObjectType(payload.name, startsTask ? { description: 'The payload contains the new task.' } : {})(payload);
  return payload;
}
