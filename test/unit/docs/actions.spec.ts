import { describe, expect, it } from '@jest/globals';
import { STEP_ACTIONS, TASK_ACTIONS, TaskService } from 'nestjs-tasker';
import { read } from './pages.js';

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
  ['a task', 0, TASK_ACTIONS],
  ['a step', 1, STEP_ACTIONS],
])('the table of what may be done with %s', (_, index, actions) => {
  it('has every action and the states that permit it', () => {
    const written = tables()[index]!.map(([action, , states]) => [action, states!.split(', ')]);
    expect(Object.fromEntries(written)).toEqual(actions);
  });

  it('names a method of TaskService for each', () => {
    const methods = Object.getOwnPropertyNames(TaskService.prototype);
    for (const [, method] of tables()[index]!) expect(methods).toContain(method);
  });
});
