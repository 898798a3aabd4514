import { Args } from '@nestjs/graphql';
import { listEventKinds, listEventListeners } from '../../api/event.operations.js';
import { EventBus } from '../../events/event.bus.js';
import { EventCatalogueReader, type EventDescription } from '../../events/event-catalogue.reader.js';
import type { ListenerStatistics } from '../../events/event.listener.js';
import { given } from '../reading/given.js';
import { OperationQuery } from '../reading/operation.query.js';
import { TaskerResolver } from '../reading/tasker-resolver.decorator.js';
import { EventKindArgs, EventKindType, ListenerStatisticsType, type AskedKinds } from './event.types.js';

/** The events that the engine publishes, and who listens to them. */
@TaskerResolver()
export class EventResolver {
  constructor(
    private readonly catalogue: EventCatalogueReader,
    private readonly bus: EventBus,
  ) {}

  @OperationQuery(() => [EventKindType], listEventKinds)
  eventKinds(@Args({ type: () => EventKindArgs }) asked: AskedKinds): readonly EventDescription[] {
    return this.catalogue.list(given(asked));
  }

  @OperationQuery(() => [ListenerStatisticsType], listEventListeners)
  eventListeners(): readonly ListenerStatistics[] {
    return this.bus.statistics();
  }
}
