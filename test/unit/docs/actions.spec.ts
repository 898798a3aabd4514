import { describe, expect, it } from '@jest/globals';
import { STEP_ACTIONS, TASK_ACTIONS, TaskService } from 'nestjs-tasker';
import { read } from './pages.js';

const { paths } = JSON.parse(read('docs/openapi.json')) as { paths: Record<string, Record<string, unknown>> };
const [, mutations = ''] = read('docs/schema.graphql').split('type Mutation {');

/** The rows of the two tables of the section, the first of tasks, the second of steps. */
function tables(): readonly (readonly (readonly string[])[])[] {
  const [, section = ''] = read('docs/operating.md').split('## Repairing a task');
  const [text = ''] = section.split('\n## ');
  const rows = text.split('\n').map((line) => (line.startsWith('| `') ? cellsOf(line) : null));
  const found: (readonly string[])[][] = [];
  rows.forEach((row, index) => {
    if (row === null) return;
    if (rows[index - 1] === null) found.push([]);
    found.at(-1)!.push(row);
  });
  return found;
}

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

describe.each([
  ['a task', 0, TASK_ACTIONS, '/tasks/{id}'],
  ['a step', 1, STEP_ACTIONS, '/tasks/{taskId}/workflow_steps/{id}'],
])('the table of what may be done with %s', (_, index, actions, path) => {
  it('has every action and the states that permit it', () => {
    const written = tables()[index]!.map(([action, , , , states]) => [action, states!.split(', ')]);
    expect(Object.fromEntries(written)).toEqual(actions);
  });

  it('names a method of TaskService for each', () => {
    const methods = Object.getOwnPropertyNames(TaskService.prototype);
    for (const [, method] of tables()[index]!) expect(methods).toContain(method);
  });

  it('names an operation of the REST API for each, by the name of the action or as the change of its resource', () => {
    for (const [action, , operation] of tables()[index]!) {
      const [verb, end = ''] = operation!.split(' ');
      expect(Object.keys(paths[path + end] ?? {})).toContain(verb!.toLowerCase());
      expect(action!.startsWith('change') ? '' : `/${action}`).toBe(end);
    }
  });

  it('names a mutation of the GraphQL API for each', () => {
    for (const [, , , mutation] of tables()[index]!) expect(mutations).toMatch(new RegExp(`^  ${mutation}\\(`, 'm'));
  });
});
