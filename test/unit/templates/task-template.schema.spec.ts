import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import type { JsonObject, JsonValue } from '../../../lib/workflow/json.js';
import { amount } from '../../support/amount.js';
import { SETTINGS } from './loading.support.js';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

interface Definition {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Definition & { readonly $ref?: string }>>;
}

const schema = JSON.parse(read('schemas/task-template.schema.json')) as Definition & {
  readonly definitions: Readonly<Record<string, Definition>>;
};
const keysOf = ({ properties = {} }: Definition): string[] => Object.keys(properties);
const { step, stepOverlay, http, overlay, defaults, backoff, customEvent } = schema.definitions as Record<
  string,
  Definition
>;

describe('the published JSON Schema', () => {
  it('is itself valid', () => {
    expect(new Ajv().validateSchema(schema)).toBe(true);
  });

  it('lets an overlay have every key of a template but environments, and of a step all', () => {
    expect(keysOf(overlay!)).toEqual(keysOf(schema).filter((key) => key !== 'environments'));
    expect(keysOf(stepOverlay!)).toEqual(keysOf(step!));
  });

  it('describes every key, for editors to show', () => {
    for (const definition of [schema, step!, http!, defaults!, backoff!, customEvent!]) {
      for (const property of Object.values(definition.properties!)) {
        expect(property.$ref ?? property.description).toEqual(expect.any(String));
      }
    }
  });

  it('is in the package, under the name that editors are told', () => {
    const { exports, files } = JSON.parse(read('package.json')) as { exports: object; files: readonly string[] };
    expect(exports).toHaveProperty(['./schemas/task-template.schema.json'], './schemas/task-template.schema.json');
    expect(files).toContain('schemas');
  });
});

describe('any document at all', () => {
  const base: JsonObject = {
    name: 'order',
    schema: { properties: { id: { type: 'integer' } } },
    named_steps: ['a', 'b'],
    defaults: { backoff: 'none' },
    custom_events: [{ name: 'a.b' }],
    step_templates: [
      { name: 'a', handler: 'h', handler_config: { url: '${A:-b}' } },
      { name: 'b', handler: 'h', depends_on_steps: ['a'], backoff: { factor: 2 } },
      { name: 'c', http: { url: 'https://a/{{ context.id }}', query: { q: ['{{ task.id }}'] }, body: { a: [1] } } },
    ],
    environments: { test: { step_templates: [{ name: 'a', queue: 'q' }] }, other: { schema: { type: 'object' } } },
  };

  const pathsIn = (value: JsonValue): (string | number)[][] =>
    typeof value !== 'object' || value === null
      ? [[]]
      : [[], ...Object.entries(value).flatMap(([key, item]) => pathsIn(item).map((path) => [key, ...path]))];

  const replaceAt = (value: unknown, [key, ...rest]: (string | number)[], by: unknown): unknown => {
    if (key === undefined) return by;
    const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
    copy[key] = replaceAt(copy[key], rest, by);
    return copy;
  };

  it('gives either a template or problems, and never an exception', () => {
    const path = fc.constantFrom(...pathsIn(base));
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('a', 'b', 'none', {}, [], [null], [{}], { a: {} }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(path, value), { maxLength: 3 }), (changes) => {
        let document: unknown = base;
        for (const [where, by] of changes) {
          try {
            document = replaceAt(document, where, by);
          } catch {
            // an earlier change removed the place
          }
        }
        const { templates, problems } = loadTemplates([{ document: document as JsonObject }], SETTINGS);
        expect(templates.length === 1).toBe(problems.length === 0);
      }),
      { numRuns: amount({ short: 60, full: 300 }) },
    );
  });
});
