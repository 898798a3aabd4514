import { ArgsType, Field } from '@nestjs/graphql';
import type { EventCategory, EventDescription } from '../../events/event-catalogue.reader.js';
import type { ListenerStatistics } from '../../events/event.listener.js';
import { objectTypeOf } from '../object.type.js';
import { enumNamed } from '../state.enums.js';

export const EventKindType = objectTypeOf<EventDescription>('EventKind', 'EventDescription');
export const ListenerStatisticsType = objectTypeOf<ListenerStatistics>('ListenerStatistics', 'ListenerStatistics', {
  floats: ['meanMs', 'maxMs'],
});

@ArgsType()
export class EventKindArgs {
  @Field(() => [enumNamed('EventCategory')], {
    nullable: true,
    description: 'Selects events of one of these categories.',
  })
  readonly categories?: EventCategory[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Selects events with this text in their name or description, in small or capital letters.',
  })
  readonly search?: string | null;
}

/** Not a class, for the same reason as `AskedList`. */
export type AskedKinds = Readonly<EventKindArgs>;
