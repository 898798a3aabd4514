import { ArgsType, Field, Int } from '@nestjs/graphql';
import { InvalidListRequestError } from '../../insight/insight.errors.js';
import type { TaskListRequest, TaskSort } from '../../insight/task.list.js';
import { countProblem } from '../../workflow/input.checks.js';
import { TaskSortEnum } from '../state.enums.js';
import { given } from './given.js';
import { DeadLetterFilterInput, filterOf, TaskFilterInput } from './task-filter.input.js';

/** As many as the readers give. */
const MOST = 100;

/** The arguments of a page, as Relay has them. */
@ArgsType()
export class PageArgs {
  @Field(() => TaskSortEnum, { nullable: true, description: 'createdAtDesc if omitted.' })
  readonly sort?: TaskSort | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of tasks from the beginning, or after a cursor; 1 to 100, 20 if omitted.',
  })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only tasks after this cursor.' })
  readonly after?: string | null;

  @Field(() => Int, { nullable: true, description: 'The number of tasks from the end, or before a cursor; 1 to 100.' })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only tasks before this cursor.' })
  readonly before?: string | null;
}

@ArgsType()
export class TaskListArgs extends PageArgs {
  @Field(() => TaskFilterInput, { nullable: true })
  readonly filter?: TaskFilterInput | null;
}

@ArgsType()
export class DeadLetterListArgs extends PageArgs {
  @Field(() => DeadLetterFilterInput, { nullable: true })
  readonly filter?: DeadLetterFilterInput | null;
}

/** What a list is asked; no class, as a global ValidationPipe of the host would empty that for lack of rules. */
export type AskedList = Readonly<TaskListArgs>;

/**
 * The request as the reader knows it, which checks the rest.
 * @throws InvalidListRequestError for what only GraphQL has
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
