import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { BulkFilterFields } from '../../../lib/engine/tasks/task.bulk.js';
import { inputNames } from '../../../lib/workflow/input.fields.js';
import { REQUEST_DEFAULTS } from '../../../lib/engine/tasks/task.request.check.js';
import { listed, read, tableBelow } from './pages.js';

describe('the tables of what a handler is given', () => {
  it.each([
    ['The step context', 'StepContext', 'step'],
    ['The task in the context', 'StepContextTask', 'step'],
    ['Task handlers', 'TaskHandlerContract', 'task'],
  ])('%s: every member of %s', (title, type, kind) => {
    const rows = tableBelow('docs/handlers.md', title);
    expect(rows.map(({ member }) => member)).toEqual(membersOf(`lib/handlers/${kind}-handler.contract.ts`, type));
  });
});

describe('the table of what starts a task', () => {
  const rows = tableBelow('docs/http.md', 'REST', 'field');

  it('has every field', () => {
    const fields = membersOf('lib/engine/tasks/task.request.ts', 'StartTaskRequest');
    expect(new Set(rows.map(({ field }) => field))).toEqual(new Set(fields));
  });

  it('has the default of each', () => {
    const words: Record<string, string> = { runAt: 'at once', idempotencyKey: 'none' };
    const expected = Object.entries(REQUEST_DEFAULTS).map(([field, value]) => [field, words[field] ?? inWords(value)]);
    expect(Object.fromEntries(rows.map((row) => [row.field, row.default]))).toEqual({
      name: 'required',
      ...Object.fromEntries(expected),
    });
  });
});

describe('the table of what a filter may say', () => {
  it('has every field', () => {
    const rows = tableBelow('docs/operating.md', 'Repairing a task', 'filter');
    const written = rows.flatMap(({ filter }) => listed(filter!));
    expect(written.sort()).toEqual([...inputNames(BulkFilterFields)].sort());
  });
});

function membersOf(path: string, name: string): readonly string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const declaration = source.statements.filter(ts.isInterfaceDeclaration).find((each) => each.name.text === name)!;
  return declaration.members.map((member) => member.name!.getText());
}

/** A priority of null leaves each step its own. */
function inWords(value: unknown): string {
  if (value === null) return `the template's`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
