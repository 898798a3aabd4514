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

/** Which changes of tasks are followed. All given conditions must hold. */
export const TaskUpdateArgs = argsTypeOf(Continuation, ChangeFilterFields, { except: ['steps'] });
export const StepUpdateArgs = argsTypeOf(Continuation, ChangeFilterFields);

export type AskedUpdates = Nullable<ChangeFilter> & Continuation;

/** The filter, and where to begin. Of the events, only those of the one kind are meant. */
export function followedBy(
  asked: AskedUpdates,
  kind: 'task' | 'step',
): { readonly filter: ChangeFilter; readonly after: string | undefined } {
  const { after, events = CHANGE_EVENTS, ...filter } = given(asked);
  return { filter: { ...filter, events: events.filter((event) => event.startsWith(`${kind}.`)) }, after };
}
