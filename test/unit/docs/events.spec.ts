import { describe, expect, it } from '@jest/globals';
import { EVENTS } from '../../../lib/events/event.catalogue.js';
import { PAYLOADS, PAYLOAD_SCHEMAS } from '../../../lib/events/event.schemas.js';
import { listed, tableBelow } from './pages.js';

describe('the table of events', () => {
  it('has each event, what it carries and when it happens', () => {
    const rows = tableBelow('docs/events.md', 'All events');
    expect(rows.map(({ event, carries, when }) => [event, carries, when])).toEqual(
      Object.entries(EVENTS).map(([name, { description }]) => [
        name,
        PAYLOADS[name as keyof typeof PAYLOADS],
        description,
      ]),
    );
  });
});

describe('the table of what events carry', () => {
  const rows = tableBelow('docs/events.md', 'Payloads');

  it('has each payload', () => {
    expect(new Set(rows.map(({ payload }) => payload))).toEqual(new Set(Object.keys(PAYLOAD_SCHEMAS)));
  });

  it.each(rows.map(({ payload, fields }) => [payload!, listed(fields!)] as const))(
    'has the fields of %s',
    (payload, fields) => {
      const { properties } = PAYLOAD_SCHEMAS[payload as keyof typeof PAYLOAD_SCHEMAS];
      expect(new Set(fields)).toEqual(new Set(Object.keys(properties)));
    },
  );
});
