import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Owns one Redis server on behalf of the process that forked it, to which it sends the URL; argument: `appendfsync`. When the
// channel to that process closes, for whatever reason, it stops the server and removes its files.
const [fsync] = process.argv.slice(2) as [string];
const READY = 'Ready to accept connections';

const port = await freePort();
const directory = mkdtempSync(join(tmpdir(), 'nestjs-tasker-redis-'));
const settings = {
  port,
  bind: '127.0.0.1',
  dir: directory,
  save: '',
  appendonly: 'yes',
  appendfsync: fsync,
};
const server = spawn(
  'redis-server',
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]),
  { stdio: ['ignore', 'pipe', 2] },
);
let log = '';
server.stdout!.setEncoding('utf8').on('data', (text: string) => {
  const wasReady = log.includes(READY);
  log = (log + text).slice(-10_000);
  if (!wasReady && log.includes(READY)) process.send?.(`redis://127.0.0.1:${port}`);
});
server.on('exit', (code) => {
  if (code !== 0) process.stderr.write(log);
  rmSync(directory, { recursive: true, force: true });
  process.exit(code ?? 1);
});
process.on('disconnect', () => server.kill());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill());

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}
