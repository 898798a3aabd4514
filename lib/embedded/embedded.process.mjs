/**
 * Starts the server that the parent process requests, and stops it when the channel to the parent closes. It is a
 * separate process, so that the parent may be any program, such as a test runner that loads modules in its own way.
 */
import { startEmbeddedPostgres } from './embedded-postgres.mjs';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}); // only the closed channel ends it

let server;
const isOver = new Promise((over) => process.once('disconnect', over));

process.once('message', async (options) => {
  try {
    server = await startEmbeddedPostgres(options);
    if (process.connected) process.send({ url: server.url });
  } catch (error) {
    if (process.connected) process.send({ problem: error.message });
  }
  await isOver;
  await server?.stop();
  process.exit(0);
});
