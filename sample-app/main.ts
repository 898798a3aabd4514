/** `npm start`: opens a database server, loses a worker process, starts the shop, plays its stories, and keeps serving. */
import { ConsoleLogger } from '@nestjs/common';
import { openDatabaseServer } from './runner/database.server.js';
import { addresses, openShop, type DemoShop } from './runner/demo.shop.js';
import { requireOnlyDemo } from './runner/only.demo.js';
import { killWorkerHolding, type KilledWorker } from './runner/doomed.worker.js';
import { freePort } from './runner/http.port.js';
import { isMet, outcomeTable } from './runner/outcome.table.js';
import { Shutdown } from './runner/shutdown.js';
import { explain } from './runner/start.problem.js';
import { RunningStory, startStory, watchStories } from './runner/story.runner.js';
import { progressDisplay } from './runner/terminal.js';
import { CHECKOUT_STORIES } from './stories/checkout.stories.js';
import { CRASH_STORIES } from './stories/crash.stories.js';

const shutdown = new Shutdown();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode ??= 130; // interrupted before the stories were told
    void shutdown.run();
  });
}

try {
  await main(process.argv.includes('--exit'));
} catch (error) {
  if (!shutdown.hasBegun) say(explain(error)); // what breaks because it is being closed is no news
  process.exitCode ??= 1;
  await shutdown.run();
}

async function main(exitsAtTheEnd: boolean): Promise<void> {
  const port = await freePort();
  const server = await openDatabaseServer();
  await shutdown.add(() => server.stop());
  await shutdown.add(await requireOnlyDemo(server.url));
  say(
    `Database   ${server.embedded ? 'an embedded PostgreSQL, deleted at the end' : 'the PostgreSQL of DATABASE_URL'}`,
  );

  const killed = await killWorkerHolding(CRASH_STORIES, server.url);
  say(`Crash      process ${killed.pid} was killed with SIGKILL while it held ${killed.held.length} orders half-way`);

  const shop = await openShop(server.url, port);
  await shutdown.add(() => shop.app.close());
  say(`Shop       ${shop.url}`);

  const areMet = await tellStories(shop, killed);
  process.exitCode = areMet ? 0 : 1;
  if (exitsAtTheEnd) return shutdown.run();

  shop.app.useLogger(new ConsoleLogger());
  say(`\n${addresses(shop.url, killed.held[0]!.taskId)}\n\nServing until Ctrl+C.`);
}

/** Whether all orders ended as expected. */
async function tellStories({ app }: DemoShop, { held }: KilledWorker): Promise<boolean> {
  const orphans = CRASH_STORIES.map((story) => {
    return new RunningStory(story, held.find(({ title }) => title === story.title)!.taskId);
  });
  const fresh = await Promise.all(CHECKOUT_STORIES.map((story) => startStory(app, story)));
  const stories = [...fresh, ...orphans];

  say(`\n${stories.length} orders`);
  const rows = await watchStories(app, stories, progressDisplay(stories.length));
  const met = rows.filter(isMet).length;
  say(`\n${outcomeTable(rows)}\n\n${met} of ${rows.length} orders ended as expected.`);
  return met === rows.length;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
