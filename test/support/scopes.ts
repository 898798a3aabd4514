import { expect } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError, type StartTaskRequest, type TaskScope } from 'nestjs-tasker';
import { aTemplate, HANDLER } from './factories.js';
import type { Host, HostSettings } from './host.js';

/** Tasks of several namespaces, templates, people and tags, and scopes that have some of them. */

export const TEMPLATES = [
  aTemplate(undefined, { namespace: 'east', name: 'order', version: '1.0.0' }),
  aTemplate(undefined, { namespace: 'east', name: 'order', version: '2.0.0' }),
  aTemplate(undefined, { namespace: 'west', name: 'order', version: '1.0.0' }),
  aTemplate(undefined, { namespace: 'west', name: 'refund', version: '1.0.0' }),
];

/** How far a task gets in a test. */
export type Course = 'completes' | 'fails' | 'retries' | 'waits';

/** For the host that runs them; what waits is never due. */
export const SCOPED_HOST: Omit<HostSettings, 'url'> = {
  templates: TEMPLATES,
  handlers: {
    [HANDLER]: ({ task }) => {
      if (task.context.course === 'fails') throw new PermanentError('it went wrong');
      if (task.context.course === 'retries') throw new Error('it went wrong this time');
      return 'done';
    },
  },
};

interface Planned extends Required<Pick<StartTaskRequest, 'namespace' | 'name' | 'version' | 'initiator' | 'tags'>> {
  readonly course: Course;
}

/** A task of which is known whether a scope has it. */
export type KnownTask = Planned & { readonly id: string };

const aPlan: fc.Arbitrary<Planned> = fc
  .record({
    template: fc.constantFrom(...TEMPLATES),
    initiator: fc.constantFrom('ann', 'bob'),
    tags: fc.subarray(['red', 'green']),
    course: fc.constantFrom<Course[]>('completes', 'fails', 'retries', 'waits'),
  })
  .map(({ template, ...plan }) => ({ ...template.request, ...plan }));

export const someTasks = fc.array(aPlan, { minLength: 1, maxLength: 14 });

/** A scope with the same rule in TypeScript. */
export interface KnownScope {
  readonly scope: TaskScope;
  readonly has: (task: KnownTask) => boolean;
}

const scopeOf = (scope: TaskScope, has: KnownScope['has']): KnownScope => ({ scope, has });

export const SCOPES: readonly KnownScope[] = [
  scopeOf({}, () => true),
  scopeOf({ namespaces: [] }, () => false),
  scopeOf({ templates: [] }, () => false),
  scopeOf({ namespaces: ['east'] }, ({ namespace }) => namespace === 'east'),
  scopeOf({ namespaces: ['west', 'nowhere'] }, ({ namespace }) => namespace === 'west'),
  scopeOf({ namespace: 'east' }, ({ namespace }) => namespace === 'east'),
  scopeOf({ templates: [{ namespace: 'west', name: 'order' }] }, (t) => t.namespace === 'west' && t.name === 'order'),
  scopeOf(
    {
      templates: [
        { namespace: 'east', name: 'order', version: '2.0.0' },
        { namespace: 'west', name: 'refund' },
      ],
    },
    (t) => t.version === '2.0.0' || t.name === 'refund',
  ),
  scopeOf({ initiator: 'ann' }, ({ initiator }) => initiator === 'ann'),
  scopeOf({ tags: ['red'] }, ({ tags }) => tags.includes('red')),
  scopeOf({ anyTags: ['red', 'green'] }, ({ tags }) => tags.length > 0),
  scopeOf({ contextPath: '$ ? (@.course == "fails")' }, ({ course }) => course === 'fails'),
  scopeOf(
    { namespaces: ['east'], initiator: 'bob', tags: ['green'] },
    (t) => t.namespace === 'east' && t.initiator === 'bob' && t.tags.includes('green'),
  ),
];

export const aScope = fc.constantFrom(...SCOPES);

/** Starts and runs the tasks; answers them by whether the scope has them. */
export async function ran(
  { tasks, kit }: Host,
  plans: readonly Planned[],
  { has }: KnownScope,
): Promise<{ readonly inside: readonly KnownTask[]; readonly outside: readonly KnownTask[] }> {
  const started = await tasks.startMany(plans.map(requestOf));
  await kit.runUntilIdle();
  const known = plans.map((plan, index) => ({ ...plan, id: started[index]!.id }));
  return { inside: known.filter(has), outside: known.filter((task) => !has(task)) };
}

function requestOf({ course, ...request }: Planned): StartTaskRequest {
  return { ...request, context: { course }, ...(course === 'waits' && { runAt: '2100-01-01T00:00:00Z' }) };
}

export const idsOf = (tasks: readonly { readonly id: string }[]): readonly string[] => tasks.map(({ id }) => id);

/** The same ones, whatever their order. */
export function expectSame(found: Iterable<string>, wanted: readonly string[]): void {
  expect([...found].toSorted()).toEqual(wanted.toSorted());
}
