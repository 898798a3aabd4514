import { Header } from '@nestjs/common';
import { listEventKinds, listEventListeners } from '../api/event.operations.js';
import { EventBus } from '../events/event.bus.js';
import type { ListenerStatistics } from '../events/event.listener.js';
import {
  EventCatalogueFields,
  EventCatalogueReader,
  type EventCatalogueRequest,
  type EventDescription,
} from '../events/event-catalogue.reader.js';
import { QueryBy, queryOf } from './query.pipe.js';
import { Route } from './route.decorator.js';
import { TaskerController } from './tasker-controller.decorator.js';

const CATALOGUE_QUERY = queryOf(EventCatalogueFields);

export interface EventKindListDocument {
  readonly events: readonly EventDescription[];
}

export interface EventListenerListDocument {
  readonly listeners: readonly ListenerStatistics[];
}

/** The events that the engine publishes, and who listens to them. */
@TaskerController('Operations')
export class EventCatalogueController {
  constructor(
    private readonly catalogue: EventCatalogueReader,
    private readonly bus: EventBus,
  ) {}

  @Route(listEventKinds, { answers: { 200: 'EventKindListDocument' } })
  kinds(@QueryBy(CATALOGUE_QUERY) query: EventCatalogueRequest): EventKindListDocument {
    return { events: this.catalogue.list(query) };
  }

  @Route(listEventListeners, { answers: { 200: 'EventListenerListDocument' } })
  @Header('Cache-Control', 'no-store')
  listeners(): EventListenerListDocument {
    return { listeners: this.bus.statistics() };
  }
}
