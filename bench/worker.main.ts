import { openApp } from './bench.app.js';

// A worker process of the bench; arguments: database URL, concurrency. Ends when its parent does or says so.
const [url, concurrency] = process.argv.slice(2) as [string, string];
process.on('disconnect', () => process.exit(0));
const app = await openApp(url, { concurrency: Number(concurrency) });
process.send?.('ready');
process.on('message', () => void app.close().then(() => process.exit(0)));
