import { describe, expect, it } from '@jest/globals';
import { contextPathFault } from '../../../lib/templates/context-path.check.js';
import { problemsOf, templateOf } from './loading.support.js';

const CLOSED = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tenant_id: { type: 'string' },
    order: { $ref: '#/definitions/order' },
    lines: { type: 'array', items: { type: 'object' } },
    anything: {},
  },
  definitions: {
    order: { type: 'object', additionalProperties: false, properties: { id: { type: 'integer' } } },
  },
};

describe('a path into a context that its schema rules out', () => {
  it.each([
    [['tenantid'], 'unknown key "tenantid"; known: tenant_id, order, lines, anything. Did you mean "tenant_id"?'],
    [['order', 'di'], 'unknown key "di"; known: id'],
    [['tenant_id', 'name'], 'context.tenant_id is string in the schema of the context, and so has no "name"'],
  ])('is found: %j', (path, fault) => {
    expect(contextPathFault(CLOSED, path)).toContain(fault);
  });

  it.each([[['tenant_id']], [['order', 'id']], [['lines', '0', 'sku']], [['anything', 'at', 'all']]])(
    'is told from one that may lead somewhere: %j',
    (path) => {
      expect(contextPathFault(CLOSED, path)).toBeUndefined();
    },
  );

  it('is not found where the schema is open, has patterns, leads elsewhere or is missing', () => {
    const open = { ...CLOSED, additionalProperties: true };
    const patterned = { ...CLOSED, patternProperties: { '^x_': {} } };
    const elsewhere = { properties: { order: { $ref: 'https://example.com/order.json' } } };
    for (const schema of [open, patterned, elsewhere, null, undefined]) {
      expect(contextPathFault(schema, ['order', 'unknown', 'deeper']) ?? null).toBe(
        schema === open || schema === patterned ? contextPathFault(CLOSED, ['order', 'unknown']) : null,
      );
      expect(contextPathFault(schema, ['unknown'])).toBeUndefined();
    }
  });
});

const template = (step: string): string => `
name: order
schema: { type: object, additionalProperties: false, properties: { tenant_id: { type: string } } }
step_templates:
  - { name: pay, ${step} }
`;

describe('a template', () => {
  it('is refused when the key of a limit, or a placeholder, leads to what its closed schema cannot hold', () => {
    expect(problemsOf(template('handler: shop.pay, limits: { concurrency: 1, key: /tenantId }'))).toEqual([
      'task.yaml:5:63 step_templates[0].limits.key: the schema of the context has no such value: unknown key "tenantId"; known: tenant_id. Did you mean "tenant_id"?',
    ]);
    expect(problemsOf(template('http: { url: "https://shop.test/{{ context.tenant }}" }'))).toEqual([
      'task.yaml:5:26 step_templates[0].http.url: {{ context.tenant }}: the schema of the context has no such value: unknown key "tenant"; known: tenant_id. Did you mean "tenant_id"?',
    ]);
    expect(templateOf(template('handler: shop.pay, limits: { concurrency: 1, key: /tenant_id }')).name).toBe('order');
  });
});
