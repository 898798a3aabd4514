import { Injectable } from '@nestjs/common';
import { inputProblems, Input } from '../workflow/input.fields.js';
import { someOf, text } from '../workflow/input.kinds.js';
import type { JsonObject } from '../workflow/json.js';
import { EVENTS, type EventKind, type EventName } from './event.catalogue.js';
import { InvalidEventRequestError } from './event.errors.js';
import { PAYLOADS, PAYLOAD_SCHEMAS } from './event.schemas.js';

/** All values of `EventCategory`. */
export const EVENT_CATEGORIES = [
  'task',
  'step',
  'workflow',
  'observability',
  'operator',
  'limit',
  'retention',
  'worker',
  'handler',
  'subscriber',
] as const;

/** The category of an event: the first part of its name. */
export type EventCategory = (typeof EVENT_CATEGORIES)[number];

/** A kind of event. */
export interface EventDescription {
  /** The name by which it is published. */
  readonly name: string;
  readonly category: EventCategory;
  /** When it is published. */
  readonly description: string;
  /** The JSON Schema of its payload. */
  readonly payloadSchema: JsonObject;
  readonly examplePayload: JsonObject;
}

/** The fields of `EventCatalogueRequest`. */
export class EventCatalogueFields {
  @Input(someOf({ name: 'EventCategory', values: EVENT_CATEGORIES }), 'Selects events of one of these categories.')
  readonly categories?: readonly EventCategory[];

  @Input(text(), 'Selects events with this text in their name or description, in small or capital letters.')
  readonly search?: string;
}

/** Selects kinds of events for which all given conditions hold. */
export type EventCatalogueRequest = Readonly<EventCatalogueFields>;

/** Reads the catalogue of all events that the engine publishes. */
@Injectable()
export class EventCatalogueReader {
  /**
   * Returns all kinds of events, or those that are selected, in the order of the catalogue.
   * @throws InvalidEventRequestError
   */
  list(request: EventCatalogueRequest = {}): readonly EventDescription[] {
    const problems = inputProblems(EventCatalogueFields, request).filter((problem) => problem !== null);
    if (problems.length > 0) throw new InvalidEventRequestError(problems);
    const { categories, search = '' } = request;
    const sought = search.toLowerCase();
    return ALL.filter(
      ({ name, category, description }) =>
        (categories === undefined || categories.includes(category)) &&
        (name.includes(sought) || description.toLowerCase().includes(sought)),
    );
  }

  /** Returns the kind of event of this name; undefined if there is none. */
  find(name: string): EventDescription | undefined {
    return ALL.find((each) => each.name === name);
  }
}

const ALL: readonly EventDescription[] = (Object.keys(EVENTS) as EventName[]).map((name) => {
  const { description, examplePayload }: EventKind<object> = EVENTS[name];
  return {
    name,
    category: name.slice(0, name.indexOf('.')) as EventCategory,
    description,
    payloadSchema: PAYLOAD_SCHEMAS[PAYLOADS[name]],
    examplePayload: examplePayload as JsonObject,
  };
});
