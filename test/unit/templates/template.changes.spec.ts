import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalDocument, fingerprint } from '../../../lib/templates/canonical.document.js';
import { ChangedTemplatesError } from '../../../lib/templates/changed-templates.error.js';
import { describeChanges } from '../../../lib/templates/template.changes.js';
import type { StepTemplate, TaskTemplate } from '../../../lib/workflow/task-template.js';
import type { JsonObject } from '../../../lib/workflow/json.js';

const aStep = (name: string, differences: Partial<StepTemplate> = {}): StepTemplate => ({
  name,
  description: name,
  dependentSystem: 'unknown',
  handler: 'h',
  handlerConfig: {},
  dependsOn: [],
  retryable: true,
  retryLimit: 3,
  skippable: false,
  timeoutSeconds: 300,
  backoff: { baseSeconds: 1, factor: 2, maxSeconds: 300, jitter: 0.1 },
  queue: 'default',
  priority: 0,
  transactional: false,
  limits: null,
  customEvents: [],
  ...differences,
});

const aTemplate = (steps: readonly StepTemplate[], differences: Partial<TaskTemplate> = {}): TaskTemplate => ({
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  description: '',
  deadlineSeconds: null,
  contextSchema: null,
  steps,
  ...differences,
});

const changes = (stored: TaskTemplate, current: TaskTemplate): string[] =>
  describeChanges(canonicalDocument(stored), canonicalDocument(current));

const fingerprintOf = (template: TaskTemplate): string => fingerprint(canonicalDocument(template));

/** What a document looks like after a stay in a `jsonb` column, which orders keys by length first. */
const fromJsonb = (document: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)))
      : value,
  ) as JsonObject;

const anyStep = fc
  .record({
    name: fc.constantFrom('a', 'b', '1', '2', '__proto__'),
    retryLimit: fc.integer({ min: 1, max: 2 }),
    handlerConfig: fc.constantFrom({}, { x: 1 }, { x: [{ b: 1, a: 2 }] }, { x: { y: null } }),
    dependsOn: fc.constantFrom([], ['a'], ['b']),
  })
  .map(({ name, ...rest }) => aStep(name, rest));
const anyTemplate = fc
  .uniqueArray(anyStep, { selector: ({ name }) => name, maxLength: 4 })
  .map((steps) => aTemplate(steps));

describe('the fingerprint of a template', () => {
  it('is the SHA-256 of the template as JSON with sorted keys', () => {
    const json =
      '{"contextSchema":null,"deadlineSeconds":null,"description":"","name":"order","namespace":"shop","steps":[],"version":"1.0.0"}';
    expect(JSON.stringify(canonicalDocument(aTemplate([])))).toBe(json);
    expect(fingerprintOf(aTemplate([]))).toBe(createHash('sha256').update(json).digest('hex'));
  });

  it('does not depend on the order of keys', () => {
    const { namespace, ...rest } = aTemplate([aStep('pay', { handlerConfig: { a: 1, b: { c: 2, d: 3 } } })]);
    const shuffled = { ...rest, steps: [aStep('pay', { handlerConfig: { b: { d: 3, c: 2 }, a: 1 } })], namespace };
    expect(fingerprintOf(shuffled)).toBe(fingerprintOf({ namespace, ...rest }));
  });

  it('differs exactly when there are changes to tell', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (stored, current) => {
        const told = describeChanges(fromJsonb(canonicalDocument(stored)), canonicalDocument(current));
        expect(told.length > 0).toBe(fingerprintOf(stored) !== fingerprintOf(current));
      }),
    );
  });
});

describe('the changes of a template', () => {
  it('name the step and the field', () => {
    expect(
      changes(aTemplate([aStep('pay')]), aTemplate([aStep('pay', { retryLimit: 5, handlerConfig: { url: 'x' } })])),
    ).toEqual(['steps.pay.handlerConfig.url: added', 'steps.pay.retryLimit: 3 → 5']);
  });

  it('name steps that came and went, without blaming those behind them', () => {
    expect(changes(aTemplate([aStep('a'), aStep('b')]), aTemplate([aStep('new'), aStep('b')]))).toEqual([
      'steps.a: removed',
      'steps.new: added',
    ]);
  });

  it('name another order of the steps', () => {
    expect(changes(aTemplate([aStep('2'), aStep('1')]), aTemplate([aStep('1'), aStep('2')]))).toEqual([
      'steps: in another order',
    ]);
  });

  it('are cut where values are long', () => {
    const schema = { required: Array.from({ length: 30 }, (_, index) => `property_${index}`) };
    expect(changes(aTemplate([], { contextSchema: {} }), aTemplate([], { contextSchema: schema }))).toEqual([
      'contextSchema.required: added',
    ]);
    expect(changes(aTemplate([]), aTemplate([], { contextSchema: schema }))).toEqual([
      'contextSchema: null → {"required":["property_0","property_1","property_2","propert…',
    ]);
  });

  it('of all templates make one message that says what to do', () => {
    const changed = [
      { template: aTemplate([]), changes: ['steps.pay.retryLimit: 3 → 5', 'steps.mail: added'] },
      { template: aTemplate([], { name: 'refund' }), changes: ['description: "" → "x"'] },
    ];
    const error = new ChangedTemplatesError(changed);
    expect(error).toMatchObject({ code: 'TASKER_CHANGED_TEMPLATES', changed });
    expect(error.message.split('\n')).toEqual([
      'The task template shop/order@1.0.0 differs from the one in the database, which has the same version:',
      '  steps.pay.retryLimit: 3 → 5',
      '  steps.mail: added',
      'The task template shop/refund@1.0.0 differs from the one in the database, which has the same version:',
      '  description: "" → "x"',
      "Release a new version, or set the option templates.changed to 'replace' to use the new text for new tasks.",
    ]);
  });
});
