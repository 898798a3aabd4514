import { describe, expect, it } from '@jest/globals';
import { read, tableBelow } from './pages.js';

describe.each([
  ['System health', 'get_system_health_counts'],
  ['Metrics of a period', 'get_analytics_metrics'],
  ['Tasks', 'get_slowest_tasks'],
  ['Steps', 'get_slowest_steps'],
])('the table of analytics below "%s"', (title, name) => {
  it(`has the columns of ${name}, in their order`, () => {
    const documented = tableBelow('docs/analytics.md', title, 'column').map(({ column }) => column);
    expect(documented).toEqual(columnsOf(read(`sql/functions/${name}.sql`)));
  });
});

function columnsOf(sql: string): readonly string[] {
  const [, columns] = /returns table \((.*?)\n\)/s.exec(sql)!;
  return [...columns!.matchAll(/^ {2}(\w+) /gm)].map(([, column]) => column!);
}
