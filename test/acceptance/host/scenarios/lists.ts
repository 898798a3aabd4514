import { defineTask, PermanentError } from 'nestjs-tasker';
import type { Host } from '../application.js';
import { handler, require, type Scenario } from '../scenario.js';
import { ended } from '../task.js';

const LISTED = { namespace: 'lists', name: 'listed', version: '1.0.0' };
const SORTS = ['createdAt', 'requestedAt', 'updatedAt', 'completedAt'].flatMap((sort) => [sort, `-${sort}`]);
const PAGE = 2;

/** Every list, page by page in both directions, and what filters find. Tasks are known by a label in their context. */
export const lists: Scenario = {
  templates: [defineTask(LISTED).step('only', { handler: 'lists.only' })],
  handlers: [
    handler('lists.only', ({ task }) => {
      if (task.context.fails === true) throw new PermanentError('no');
    }),
  ],
  observe: async (host) => {
    const created = await createTasks(host);
    const pages: Record<string, unknown> = {};
    for (const sort of SORTS) pages[sort] = await bothWays(host, sort);
    const [third, fifth] = [encodeURIComponent(created[2]!.createdAt), encodeURIComponent(created[4]!.createdAt)];
    const found: Record<string, unknown> = {};
    for (const [name, filter] of Object.entries({
      complete: 'states=complete',
      unfinished: 'states=pending,error',
      tagged: 'tags=odd',
      'from the third on': `createdAfter=${third}`,
      'before the fifth': `createdBefore=${fifth}`,
      'between them': `createdAfter=${third}&createdBefore=${fifth}`,
      'changed from the fifth on': `updatedAfter=${fifth}`,
      'by context': `contextPath=${encodeURIComponent('$.number ? (@ > 3)')}`,
      'by text': 'text=reason%206',
    })) {
      found[name] = (await page(host, `sort=createdAt&limit=100&${filter}`)).labels;
    }
    return { pages, found };
  },
};

/** One after the other, so that no two have the same instants. The sixth and seventh are not due; the second is changed last. */
async function createTasks(host: Host): Promise<any[]> {
  const created = [];
  for (let number = 1; number <= 7; number++) {
    const { id } = await host.tasks.start({
      ...LISTED,
      context: { label: `task ${number}`, number, fails: number === 4 },
      reason: `reason ${number}`,
      tags: number % 2 === 1 ? ['odd'] : [],
      ...(number > 5 && { runAt: new Date(Date.now() + 3_600_000) }),
    });
    created.push(number > 5 ? (await host.ask(`/tasks/${id}`)).body : await ended(host, id));
  }
  const { status, body } = await host.ask(`/tasks/${created[1].id}`, { method: 'PATCH', body: { retained: true } });
  require(status === 200, 'The task could not be changed', body);
  return created;
}

interface Page {
  readonly labels: readonly string[];
  readonly next: string | null;
  readonly previous: string | null;
}

async function bothWays(host: Host, sort: string): Promise<readonly (readonly string[])[]> {
  const forth: Page[] = [await page(host, `sort=${sort}&limit=${PAGE}`)];
  for (let { next } = forth[0]!; next !== null && forth.length < 20; { next } = forth.at(-1)!) {
    forth.push(await page(host, `sort=${sort}&limit=${PAGE}&after=${encodeURIComponent(next)}`));
  }
  const back: Page[] = [forth.at(-1)!];
  for (let { previous } = back[0]!; previous !== null && back.length < 20; { previous } = back.at(-1)!) {
    back.push(await page(host, `sort=${sort}&limit=${PAGE}&before=${encodeURIComponent(previous)}`));
  }
  const [there, andBack] = [forth, back.toReversed()].map((pages) => pages.flatMap(({ labels }) => labels));
  require(JSON.stringify(there) === JSON.stringify(andBack), `Pages by ${sort} differ on the way back`, {
    there,
    andBack,
  });
  return forth.map(({ labels }) => labels);
}

async function page(host: Host, query: string): Promise<Page> {
  const { status, body } = await host.ask(`/tasks?namespace=lists&include=context&${query}`);
  require(status === 200, `No list for ${query}`, body);
  return {
    labels: body.tasks.map((task: any) => task.context.label),
    next: body.page.next,
    previous: body.page.previous,
  };
}
