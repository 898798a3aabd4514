import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { EventBus, EventCatalogueReader, type EventName } from 'nestjs-tasker';
import type { EventPattern } from '../../lib/events/event.pattern.js';
import { CHANGE_EVENTS } from '../../lib/live/change.js';
import type { Host } from './host.js';

/** The events that do not depend on which worker did what when: those of transitions, stale outcomes and lost workers. */
export const COMMITTED_EVENTS = [...CHANGE_EVENTS, 'step.outcome_stale', 'worker.lost'] as const satisfies EventName[];

export interface Heard {
  readonly name: EventName;
  readonly payload: Readonly<Record<string, unknown>>;
}

const ajv = new Ajv2020({ allowUnionTypes: true });

/** The events that a host publishes from now on. */
export interface Ears {
  /** All of them, in their order. */
  readonly all: readonly Heard[];
  /** The payloads of one event, without their times. */
  of(name: EventName): readonly object[];
}

/** Listens to a host. Each payload must be what the catalogue says of it: `expectValid` says so. */
export function listenTo({ app }: Host, patterns: EventPattern | readonly EventPattern[] = '*'): Ears {
  const all: Heard[] = [];
  app.get(EventBus, { strict: false }).on(patterns, (payload, name) => {
    all.push({ name, payload: payload as unknown as Heard['payload'] });
  });
  const of = (name: EventName): object[] =>
    all.filter((each) => each.name === name).map(({ payload: { at: _at, ...payload } }) => payload);
  return { all, of };
}

/** Fails if a payload does not fit the schema of its event. */
export function expectValid({ app }: Host, heard: readonly Heard[]): void {
  const catalogue = app.get(EventCatalogueReader, { strict: false });
  for (const { name, payload } of heard) {
    const validate = ajv.compile(catalogue.find(name)!.payloadSchema);
    validate(payload);
    expect([name, payload, validate.errors]).toEqual([name, payload, null]);
  }
}
