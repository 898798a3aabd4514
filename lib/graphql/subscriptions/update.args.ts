import { ArgsType, Field } from '@nestjs/graphql';
import { CHANGE_EVENTS } from '../../live/change.js';
import { ChangeFilterFields, type ChangeFilter } from '../../live/change.filter.js';
import { argsTypeOf } from '../input.type.js';
import { given, type Nullable } from '../reading/given.js';

@ArgsType()
class Continuation {
  @Field(() => String, { nullable: true, description: 'The position of an update. Only later updates are sent.' })
  readonly after?: string | null;
}

/** Selects the transitions of tasks to follow. All given conditions must hold. */
export const TaskUpdateArgs = argsTypeOf(Continuation, ChangeFilterFields, { except: ['steps'] });
export const StepUpdateArgs = argsTypeOf(Continuation, ChangeFilterFields);

export type AskedUpdates = Nullable<ChangeFilter> & Continuation;

/** The filter, and the position to begin at. Only events of the given kind are kept. */
export function followedBy(
  asked: AskedUpdates,
  kind: 'task' | 'step',
): { readonly filter: ChangeFilter; readonly after: string | undefined } {
  const { after, events = CHANGE_EVENTS, ...filter } = given(asked);
  return { filter: { ...filter, events: events.filter((event) => event.startsWith(`${kind}.`)) }, after };
}
