import { followTask, getTask, listTasks, startTask, changeTask } from './orval/api.js';
import { tell } from './story.js';

/** The story by the client of `orval`. */
const url = process.argv[2]!;

/** What it answers, in the words of the story. */
async function told<Body>(asked: Promise<{ status: number; headers: Headers; data: unknown }>) {
  const { status, headers, data } = await asked;
  return { status, headers, body: status < 300 ? (data as Body) : undefined };
}

const answer = await tell(url, {
  start: (body, key) => told(startTask(body, key ? { 'Idempotency-Key': key } : undefined)),
  list: (query) => told(listTasks(query)),
  show: (id) => told(getTask(id)),
  tag: (id, tag, ifMatch) => told(changeTask(id, { tags: [tag] }, { 'If-Match': ifMatch })),
  follow: async function* (id, after) {
    const { data } = await followTask(id, undefined, { 'Last-Event-ID': after });
    let text = '';
    for await (const part of data as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(part);
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        if (event !== undefined) yield event;
      }
    }
  },
});
console.log(JSON.stringify(answer));
process.exit();
