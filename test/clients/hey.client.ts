import { followTask, getTask, listTasks, startTask, changeTask } from './hey/index.js';
import { client } from './hey/client.gen.js';
import { tell } from './story.js';

/** The story by the client of `@hey-api/openapi-ts`. */
const url = process.argv[2]!;
client.setConfig({ baseUrl: url });

/** What it answers, in the words of the story. */
async function told<Body>(asked: Promise<{ data?: Body; response?: Response }>) {
  const { data, response } = await asked;
  return { status: response!.status, headers: response!.headers, body: data };
}

const answer = await tell(url, {
  start: (body, key) => told(startTask({ body, ...(key && { headers: { 'Idempotency-Key': key } }) })),
  list: (query) => told(listTasks({ query })),
  show: (id) => told(getTask({ path: { id } })),
  tag: (id, tag, ifMatch) =>
    told(changeTask({ path: { id }, body: { tags: [tag] }, headers: { 'If-Match': ifMatch } })),
  follow: async function* (id, after) {
    const { stream } = await followTask({ path: { id }, headers: { 'Last-Event-ID': after } });
    for await (const data of stream) {
      const { event } = data as unknown as { event?: string };
      if (event !== undefined) yield event;
    }
  },
});
console.log(JSON.stringify(answer));
process.exit(); // its stream would connect again
