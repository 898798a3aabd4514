/** What the story needs of a generated client. */
export interface Client {
  start(order: Order, idempotencyKey?: string): Promise<Told<{ readonly id: string }>>;
  list(query: { readonly tags: string[]; readonly limit: number }): Promise<Told<Page>>;
  show(id: string): Promise<Told<{ readonly id: string }>>;
  /** Gives a task the tag. */
  tag(id: string, tag: string, ifMatch: string): Promise<Told<unknown>>;
  /** The names of the changes of a task from a position on, as they come. */
  follow(id: string, after: string): AsyncIterable<string>;
}

export interface Order {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly context?: Record<string, unknown>;
  readonly tags?: string[];
  readonly runAt?: string;
}

export interface Told<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where the request was refused. */
  readonly body: Body | undefined;
}

interface Page {
  readonly tasks: readonly { readonly id: string }[];
}

const ORDER: Order = { namespace: 'clients', name: 'order', version: '1.0.0' };
/** How many unfinished tasks the host lets the namespace have. */
const ROOM = 20;
const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

/** Uses every documented response header, and returns what it saw, which is the same for every client. */
export async function tell(url: string, client: Client): Promise<unknown> {
  return {
    once: await startOnce(url, client),
    pages: await pageBothWays(url, client),
    conditions: await changeWhatWasSeen(client),
    followed: await followToTheEnd(client),
    dashboard: await openDashboard(url),
    full: await startTooMany(client),
  };
}

async function startOnce(url: string, { start, show }: Client): Promise<unknown> {
  const answers = [await start(ORDER, 'once'), await start(ORDER, 'once')] as const;
  const [first, second] = answers.map(({ headers }) => headers) as [Headers, Headers];
  const { body } = await show(answers[0].body!.id);
  return {
    statuses: answers.map(({ status }) => status),
    replayed: [first, second].map((headers) => headers.get('Idempotency-Replayed')),
    located: (await fetched(first.get('Location')!, `${url}/tasks`)).id === body!.id,
    isSame: first.get('Location') === second.get('Location'),
  };
}

async function pageBothWays(url: string, { start, list }: Client): Promise<unknown> {
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) ids.unshift((await start({ ...ORDER, tags: ['paged'] })).body!.id);
  const first = await list({ tags: ['paged'], limit: 2 });
  const at = `${url}/tasks?tags=paged&limit=2`;
  const next = linkIn(first.headers, 'next')!;
  const second = await fetch(new URL(next, at));
  const previous = await fetched(linkIn(second.headers, 'prev')!, second.url);
  const idsOf = (page: Page): string[] => page.tasks.map(({ id }) => id);
  return {
    isWhole: [...idsOf(first.body!), ...idsOf((await second.json()) as Page)].join() === ids.join(),
    isBack: idsOf(previous as unknown as Page).join() === ids.slice(0, 2).join(),
  };
}

async function changeWhatWasSeen({ start, show, tag }: Client): Promise<unknown> {
  const { id } = (await start({ ...ORDER, runAt: IN_AN_HOUR })).body!;
  const seen = (await show(id)).headers.get('ETag')!;
  const changed = await tag(id, 'first', seen);
  const stale = await tag(id, 'second', seen);
  const either = await tag(id, 'third', `${seen}, ${changed.headers.get('ETag')!}`);
  return { isWeakened: seen.startsWith('W/'), statuses: [changed, stale, either].map(({ status }) => status) };
}

async function followToTheEnd({ start, follow }: Client): Promise<unknown> {
  const { id } = (await start(ORDER)).body!;
  const heard: string[] = [];
  for await (const event of follow(id, '0.0')) {
    if (event.startsWith('task.')) heard.push(event);
    if (event === 'task.completed') return heard;
  }
  throw new Error(`The stream ended before the task: ${heard.join()}`);
}

/** As a browser would, from the page to its files. */
async function openDashboard(url: string): Promise<unknown> {
  const page = await fetch(`${url}/dashboard`);
  const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, file]) => file!);
  const statuses = await Promise.all(files.map(async (file) => (await fetch(new URL(file, page.url))).status));
  return { status: page.status, files: files.length, statuses: [...new Set(statuses)] };
}

async function startTooMany({ start }: Client): Promise<unknown> {
  for (let n = 0; n <= ROOM; n++) {
    const { status, headers } = await start({ ...ORDER, name: 'later', runAt: IN_AN_HOUR });
    if (status === 429) return { status, canWait: Number(headers.get('Retry-After')) >= 1 };
  }
  throw new Error('The namespace was never full.');
}

function linkIn(headers: Headers, rel: string): string | undefined {
  return new RegExp(`<([^>]*)>; rel="${rel}"`).exec(headers.get('Link') ?? '')?.[1];
}

/** @param from the address of the answer that has the reference */
async function fetched(reference: string, from: string): Promise<{ readonly id?: string }> {
  return (await fetch(new URL(reference, from))).json() as Promise<{ readonly id?: string }>;
}
