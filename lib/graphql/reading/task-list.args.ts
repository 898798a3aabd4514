import { ArgsType, Field, Int } from '@nestjs/graphql';
import { InvalidListRequestError } from '../../insight/insight.errors.js';
import type { TaskListRequest, TaskSort } from '../../insight/task.list.js';
import { countProblem } from '../../workflow/input.checks.js';
import { TaskSortEnum } from '../state.enums.js';
import { given } from './given.js';
import { DeadLetterFilterInput, filterOf, TaskFilterInput, type FilterInput } from './task-filter.input.js';

/** The largest page of the readers. */
const MOST = 100;

/** The arguments that select a page, as Relay specifies them. */
@ArgsType()
export class PageArgs {
  @Field(() => TaskSortEnum, { nullable: true, description: 'The order of the tasks; createdAtDesc if omitted.' })
  readonly sort?: TaskSort | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of tasks to return from the beginning, or after the cursor `after`: 1 to 100, 20 if omitted.',
  })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor; only tasks after it are returned.' })
  readonly after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of tasks to return from the end, or before the cursor `before`: 1 to 100.',
  })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor; only tasks before it are returned.' })
  readonly before?: string | null;
}

@ArgsType()
export class TaskListArgs extends PageArgs {
  @Field(() => TaskFilterInput, { nullable: true })
  readonly filter?: FilterInput | null;
}

@ArgsType()
export class DeadLetterListArgs extends PageArgs {
  @Field(() => DeadLetterFilterInput, { nullable: true })
  readonly filter?: FilterInput | null;
}

/**
 * The arguments of a list. Not a class: a global ValidationPipe of the host would remove all fields of a class without
 * rules.
 */
export type AskedList = Readonly<TaskListArgs>;

/**
 * Converts the arguments to the request that the reader expects. The reader checks the rest.
 * @throws InvalidListRequestError if `first`, `last`, `after` and `before` do not go together
 */
export function listRequest(asked: AskedList): TaskListRequest {
  const { filter, sort, first, after, last, before } = given(asked);
  const fromEnd = last !== undefined;
  const problems = [
    countProblem('/first', first, 1, MOST),
    countProblem('/last', last, 1, MOST),
    fromEnd && first !== undefined ? { pointer: '/last', message: 'cannot be given together with first' } : null,
    fromEnd && after !== undefined
      ? { pointer: '/last', message: 'can be given together with before, not with after' }
      : null,
    first !== undefined && before !== undefined
      ? { pointer: '/first', message: 'can be given together with after, not with before' }
      : null,
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidListRequestError(problems);
  const limit = first ?? last;
  return {
    ...(filter && { filter: filterOf(filter) }),
    ...(sort !== undefined && { sort }),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(fromEnd && before === undefined && { fromEnd }),
  };
}
