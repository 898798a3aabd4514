import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { eventSchemasFile } from '../../../scripts/schemas.mjs';
import { EVENTS, type EventName } from '../../../lib/events/event.catalogue.js';
import { EVENT_CATEGORIES, EventCatalogueReader } from '../../../lib/events/event-catalogue.reader.js';

const NAMES = Object.keys(EVENTS) as EventName[];
const catalogue = new EventCatalogueReader();

/** The names of Rails Tasker that stay, without those of metrics that are exported (`spec/events.md` 1 and 3). */
const FROM_RAILS = [
  ...['initialize_requested', 'start_requested', 'completed', 'failed', 'retry_requested', 'cancelled'].map(ofTask),
  'task.resolved_manually',
  ...['execution_requested', 'before_handle', 'completed', 'failed', 'retry_requested', 'cancelled'].map(ofStep),
  'step.resolved_manually',
  ...['task_started', 'viable_steps_discovered', 'no_viable_steps'].map(ofWorkflow),
  ...['steps_execution_started', 'steps_execution_completed'].map(ofWorkflow),
  ...['task_finalization_started', 'task_finalization_completed'].map(ofWorkflow),
  ...['task_reenqueue_requested', 'task_reenqueue_delayed'].map(ofWorkflow),
  ...['observability.task.enqueue', 'observability.step.backoff', 'handler.registered', 'subscriber.registered'],
];

describe('the catalogue of events', () => {
  it('has the schemas of the types: otherwise run `npm run schemas`', async () => {
    expect(readFileSync('lib/events/event.schemas.ts', 'utf8')).toBe(await eventSchemasFile());
  });

  it('keeps the names of Rails Tasker that users know', () => {
    expect(NAMES).toEqual(expect.arrayContaining(FROM_RAILS));
  });

  it.each(NAMES)('has an example of %s that fits its schema, and no less', (name) => {
    const { payloadSchema, examplePayload } = catalogue.find(name)!;
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(payloadSchema);
    validate(examplePayload);
    expect(validate.errors).toBeNull();
    for (const field of payloadSchema.required as string[]) {
      expect([field, validate({ ...examplePayload, [field]: undefined })]).toEqual([field, false]);
    }
    expect(validate({ ...examplePayload, secret: 1 })).toBe(false);
  });

  it('sorts all events into categories, by the first parts of their names', () => {
    for (const category of EVENT_CATEGORIES) {
      const found = catalogue.list({ categories: [category] }).map(({ name }) => name);
      expect(found).toEqual(NAMES.filter((name) => name.startsWith(`${category}.`)));
      expect(found).not.toEqual([]);
    }
    expect(catalogue.list({ categories: EVENT_CATEGORIES }).map(({ name }) => name)).toEqual(NAMES);
  });

  it('finds events by a part of their name or description, in small or capital letters', () => {
    expect(catalogue.list({ search: 'STEP.BACK' }).map(({ name }) => name)).toEqual(['observability.step.backoff']);
    expect(catalogue.list({ search: 'missed its heartbeats' }).map(({ name }) => name)).toEqual(['worker.lost']);
    expect(catalogue.list({ search: 'failed', categories: ['task'] }).map(({ name }) => name)).toEqual([
      ...['task.failed', 'task.retry_requested', 'task.resolved_manually'],
    ]);
    expect(catalogue.list({ search: 'nothing of the kind' })).toEqual([]);
    expect(catalogue.list()).toHaveLength(NAMES.length);
    expect(catalogue.find('task.finished')).toBeUndefined();
  });

  it('refuses categories that do not exist', () => {
    expect(() => catalogue.list({ categories: ['tasks' as 'task'] })).toThrow(
      expect.objectContaining({
        code: 'TASKER_INVALID_EVENT_REQUEST',
        problems: [{ pointer: '/categories', message: expect.stringContaining('task, step, workflow') }],
      }),
    );
  });
});

function ofTask(name: string): string {
  return `task.${name}`;
}

function ofStep(name: string): string {
  return `step.${name}`;
}

function ofWorkflow(name: string): string {
  return `workflow.${name}`;
}
