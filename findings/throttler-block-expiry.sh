#!/usr/bin/env bash
# @nestjs/throttler 6.7.1, storage of the process: `increment` takes its times in milliseconds and answers in seconds, and as long as a
# key is not blocked, the answer's `timeToBlockExpire` is minus the Unix time: about -1,796,000,000 at the end of 2026, not 0. Whoever
# sends it on as a header (`Retry-After`, as the guard does once a key is blocked) or compares it with the time to wait, must look at
# `isBlocked` first. Needs Node.js 20 or later and npm. Ends with 0 while this is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --save-exact @nestjs/throttler@6.7.1 @nestjs/common@12.5.1 @nestjs/core@12.5.1 \
  reflect-metadata@0.2.2 rxjs@7.8.2 >/dev/null

cat >main.js <<'END'
import 'reflect-metadata';
import { ThrottlerStorageService } from '@nestjs/throttler';
const storage = new ThrottlerStorageService();
// Two hits within 60,000 ms are permitted, then the key is blocked for 30,000 ms.
for (let hit = 1; hit <= 3; hit++) {
  const { totalHits, timeToExpire, isBlocked, timeToBlockExpire } = await storage.increment('key', 60_000, 2, 30_000, 'default');
  const isUnixTime = Math.abs(timeToBlockExpire + Date.now() / 1_000) < 60;
  console.log(`hit ${totalHits}: expires in ${timeToExpire}, blocked ${isBlocked} for ${isUnixTime ? 'minus the Unix time' : timeToBlockExpire}`);
}
storage.onApplicationShutdown();
END
seen=$(node main.js)
echo "$seen"
[ "$seen" = "hit 1: expires in 60, blocked false for minus the Unix time
hit 2: expires in 60, blocked false for minus the Unix time
hit 3: expires in 60, blocked true for 30" ] || { echo 'This has changed.'; exit 1; }
echo 'So it is: the time until a block ends is minus the Unix time while there is no block.'
