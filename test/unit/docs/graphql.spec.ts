import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { BULK_OPERATIONS } from '../../../lib/api/bulk.operations.js';
import { STEP_OPERATIONS } from '../../../lib/api/step.operations.js';
import { TASK_OPERATIONS } from '../../../lib/api/task.operations.js';
import { DEFAULT_LIMITS } from '../../../lib/graphql/limits/query.limits.js';
import { DEFAULT_SOCKET_OPTIONS } from '../../../lib/graphql/subscriptions/socket.settings.js';
import { codeBlocks, read, tableBelow } from './pages.js';

const PAGE = 'docs/graphql.md';
const schema = buildSchema(read('docs/schema.graphql'));
const namesIn = (title: string, column: string): readonly string[] =>
  tableBelow(PAGE, title).flatMap((row) =>
    row[column]!.split(/(?<=\)), |`, `/).flatMap((cell) => /^`?(\w+)/.exec(cell)?.[1] ?? []),
  );

describe('the page about GraphQL', () => {
  it.each(codeBlocks(PAGE).filter(({ language }) => language === 'graphql'))(
    'has an operation that fits: $place',
    ({ text }) => {
      expect(validate(schema, parse(text))).toEqual([]);
    },
  );

  it('has every query and every mutation', () => {
    expect(namesIn('Reading', 'query').toSorted()).toEqual(Object.keys(schema.getQueryType()!.getFields()).toSorted());
    const actions = [...TASK_OPERATIONS, ...STEP_OPERATIONS, ...BULK_OPERATIONS].map(({ id }) => id); // operating.md has them
    expect(new Set([...namesIn('Writing', 'mutation'), ...actions])).toEqual(
      new Set(Object.keys(schema.getMutationType()!.getFields())),
    );
  });

  it('has the default limits', () => {
    const defaults = new Map(tableBelow(PAGE, 'At a path of its own').map((row) => [row.option, row.default]));
    const { allowedOrigins: _, ...ofSockets } = DEFAULT_SOCKET_OPTIONS;
    for (const [name, value] of Object.entries({ ...DEFAULT_LIMITS, ...ofSockets })) {
      expect([name, defaults.get(name)]).toEqual([name, String(value)]);
    }
  });
});
