import { describe, expect, it } from '@jest/globals';
import { read, tableBelow, type Row } from './pages.js';

interface Schema {
  readonly type?: string | readonly string[];
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly required?: readonly string[];
  readonly else?: Schema;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
}

const PAGE = 'docs/templates.md';
const schema = JSON.parse(read('schemas/task-template.schema.json')) as Schema & {
  readonly definitions: Readonly<Record<'step' | 'http' | 'defaults' | 'backoff' | 'customEvent', Schema>>;
};
const { step, http, defaults, backoff, customEvent } = schema.definitions;

describe.each([
  ['Keys of a template', schema],
  ['Keys of a step', step],
  ['HTTP requests', { ...http, required: step.properties!.http!.allOf!.flatMap(({ required = [] }) => required) }],
  ['Defaults for all steps', defaults],
  ['Backoff', backoff],
  ['Custom events', customEvent],
])('the table below "%s"', (title, definition) => {
  const rows = tableBelow(PAGE, title);

  it('has every key that the schema allows, and no other', () => {
    expect(new Set(rows.map(({ key }) => key))).toEqual(new Set(Object.keys(definition.properties!)));
  });

  it('says which keys are required', () => {
    const required = [...(definition.required ?? []), ...(definition.else?.else?.required ?? [])];
    expect(rows.filter((row) => aboutValue(row).endsWith('required')).map(({ key }) => key)).toEqual(required);
  });

  it('has the defaults and limits of the schema', () => {
    const silent = rows.filter((row) =>
      expectedWords(definition.properties![row.key!]!).some((words) => !says(row, words)),
    );
    expect(silent).toEqual([]);
  });
});

/** The cell about type and default, or about the values allowed. */
function aboutValue(row: Row): string {
  return row['type, default'] ?? row.type ?? row.values ?? '';
}

/** What a row must say about its key; what the schema only refers to is said where it stands. */
function expectedWords({ type, default: value, minimum, maximum, maxLength }: Schema): readonly string[] {
  const words = [
    value !== undefined && `\`${value}\``,
    maxLength !== undefined && `at most ${maxLength} characters`,
    minimum !== undefined && `${minimum} to ${maximum}`,
    minimum === undefined && maximum !== undefined && `at most ${maximum}`,
    type === 'boolean' && 'boolean',
    type === 'integer' && 'integer',
    type === 'number' && minimum === undefined && 'number',
  ];
  return words.filter((word) => word !== false);
}

function says(row: Row, words: string): boolean {
  return `\`${aboutValue(row)}\` ${aboutValue(row)} ${row.meaning!}`.toLowerCase().includes(words.toLowerCase());
}
