import { ArgsType, Field, ID, PickType } from '@nestjs/graphql';
import { CHANGE_EVENTS, type ChangeEvent } from '../../live/change.js';
import type { ChangeFilter } from '../../live/change.filter.js';
import { given } from '../reading/given.js';
import { TaskFilterInput } from '../reading/task-filter.input.js';
import { ChangeEventEnum } from './change-event.enum.js';

/** Selects the transitions of tasks to follow; all given conditions must hold. */
@ArgsType()
export class TaskUpdateArgs extends PickType(TaskFilterInput, ['namespace', 'name', 'version'], ArgsType) {
  @Field(() => [ID], { nullable: true, description: 'Selects transitions of these tasks, at most 100.' })
  readonly taskIds?: readonly string[] | null;

  @Field(() => [ChangeEventEnum], { nullable: true, description: 'Selects these events.' })
  readonly events?: readonly ChangeEvent[] | null;

  @Field(() => String, { nullable: true, description: 'The position of an update. Only later updates are sent.' })
  readonly after?: string | null;
}

@ArgsType()
export class StepUpdateArgs extends TaskUpdateArgs {
  @Field(() => [String], { nullable: true, description: 'Selects transitions of steps with these names.' })
  readonly steps?: readonly string[] | null;
}

/** The filter, and the position to begin at. Only events of the given kind are kept. */
export function followedBy(
  asked: Readonly<StepUpdateArgs>,
  kind: 'task' | 'step',
): { readonly filter: ChangeFilter; readonly after: string | undefined } {
  const { after, events = CHANGE_EVENTS, ...filter } = given(asked);
  return { filter: { ...filter, events: events.filter((event) => event.startsWith(`${kind}.`)) }, after };
}
