import type { MutantsOfFile } from '../../mutant.js';
import { graphqlLists, persistence, restLists, restPaging, scopedFigures, scopes } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/persistence/task-list.gateway.ts',
    tests: [restLists, restPaging, graphqlLists],
    mutants: [
      {
        mistake: 'says that more follows when nothing does',
        find: 'rows[0]!.found > rows.length',
        replace: 'rows[0]!.found >= rows.length',
      },
      {
        mistake: 'lists the page backwards',
        find: 'return query.backwards ? rows.reverse() : rows;',
        replace: 'return rows;',
      },
      {
        mistake: 'lists a task of a template twice on two pages',
        find: 'return [isReached, `(t.named_task_id, t.task_id) ${comes} (',
        replace: 'return [isReached, `(t.named_task_id, t.task_id) ${comes}= (',
        tests: [scopes],
      },
      {
        mistake: 'looks through all tasks for those of a template',
        find: "by('t.named_task_id')",
        replace: 'by()',
        tests: [scopes],
      },
      {
        mistake: 'lists the tasks of the next template too',
        find: "goesDown ? '>=' : '<='} v.named_task_id`;",
        replace: "goesDown ? '<=' : '>='} v.named_task_id`;",
        tests: [scopes],
      },
      {
        mistake: 'lists a task twice on two pages',
        find: 'return [`t.task_id ${comes} ${id}`];',
        replace: 'return [`t.task_id ${comes}= ${id}`];',
      },
      {
        mistake: 'skips tasks of the same instant',
        find: 'return [`(${column}, t.task_id) ${comes} (${parameters.add(from.key)}::timestamptz, ${id})`];',
        replace: 'return [`${column} ${comes} ${parameters.add(from.key)}::timestamptz and ${id} is not null`];',
      },
    ],
  },
  {
    file: 'lib/persistence/task-filter.sql.ts',
    tests: [persistence, restLists, graphqlLists],
    mutants: [
      {
        mistake: 'asks for all tags where any was meant',
        find: 't.tags ?| ${p.add(tags)}::text[]',
        replace: 't.tags ?& ${p.add(tags)}::text[]',
      },
      { mistake: 'takes a percent sign for anything', find: `text.replace(/[\\\\%_]/g, '\\\\$&')`, replace: 'text' },
      {
        mistake: 'finds annotations of any type',
        find: 'if (type !== undefined) conditions.push(`y.name = ${p.add(type)}`);',
        replace: '',
      },
      {
        mistake: 'does not check a scope',
        find: '  checkScope(scope);\n  const both',
        replace: '  const both',
        tests: [scopes],
      },
      {
        mistake: 'lets a scope of some templates pass all of them',
        find: 'templates === null ? conditions :',
        replace: 'templates !== null ? conditions :',
        tests: [scopes],
      },
      {
        mistake: 'takes another version for the one in scope',
        find: 'coalesce(x.version, nt.version) = nt.version',
        replace: 'true',
        tests: [scopes],
      },
    ],
  },
  {
    file: 'lib/persistence/task-read.sql.ts',
    tests: [scopes],
    mutants: [
      {
        mistake: 'names the repeated task that is out of scope',
        find: 'isOriginKnown ? outline :',
        replace: 'isOriginKnown || row.outline ? outline :',
      },
    ],
  },
  {
    file: 'lib/persistence/task-detail.gateway.ts',
    tests: [scopes],
    mutants: [
      {
        mistake: 'reads tasks that are out of scope',
        find: ', ...scopeConditions(scope, parameters)]',
        replace: ', ...scopeConditions(scope, parameters).slice(9)]',
      },
    ],
  },
  {
    file: 'lib/persistence/scoped-figures.sql.ts',
    tests: [scopedFigures],
    mutants: [
      {
        mistake: 'counts retries of all tasks',
        find: 'where r.retrying and r.worker_id is null and ${conditionsOf(scope, parameters)}',
        replace: 'where r.retrying and r.worker_id is null and true',
      },
      {
        mistake: 'takes the totals of all namespaces',
        find: 'where x.task_namespace_id = any (${namespaces})',
        replace: 'where true or x.task_namespace_id = any (${namespaces})',
      },
      {
        mistake: 'counts steps of all tasks',
        find: `s.task_id = t.task_id where \${inScope} group`,
        replace: 's.task_id = t.task_id group',
      },
    ],
  },
  {
    file: 'lib/persistence/worker-list.gateway.ts',
    tests: [scopedFigures],
    mutants: [
      {
        mistake: 'shows queues of all templates',
        find: "if (templates === null) return 'true';",
        replace: "return 'true';",
      },
      { mistake: 'counts steps of all tasks', find: 'scope === null\n    ?', replace: 'scope !== undefined\n    ?' },
    ],
  },
];
