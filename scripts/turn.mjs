/** Installing and building change one checkout, so of several processes that want to, one does and the others wait for it. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { progress, ROOT } from './script.mjs';

const FILE = join(ROOT, 'build/.turn');
const LOOK_EVERY_MS = 200;

/** Runs the work while no other process runs any in this checkout. */
export async function inTurn(work) {
  const owned = await takeTurn();
  const giveUp = () => rmSync(FILE, { force: true });
  if (owned) process.once('exit', giveUp);
  try {
    return await work();
  } finally {
    if (owned) {
      process.off('exit', giveUp);
      giveUp();
    }
  }
}

/** Whether there is a turn to give back: whoever may not write here cannot get in anybody's way either. */
async function takeTurn() {
  for (let told; ;) {
    const code = tryToTake();
    if (code !== 'EEXIST') return code === undefined;
    const owner = ownerOrNobody();
    if (owner === undefined) continue;
    if (owner !== told)
      progress(`Waiting for process ${owner} to install and build here; if it does not, delete ${FILE}.`);
    told = owner;
    await setTimeout(LOOK_EVERY_MS);
  }
}

/** Undefined when it succeeded, otherwise the system's error code. Linked into place, so that the file always names its owner. */
function tryToTake() {
  const draft = `${FILE}.${process.pid}`;
  try {
    mkdirSync(join(ROOT, 'build'), { recursive: true });
    writeFileSync(draft, `${process.pid}`);
    linkSync(draft, FILE);
    return undefined;
  } catch (error) {
    return error.code;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Undefined when the turn is free again: given back, or its process is gone without having done so, as after a SIGKILL. */
function ownerOrNobody() {
  const owner = ownerOf();
  if (owner === undefined || isAlive(owner)) return owner;
  rmSync(FILE, { force: true });
  return undefined;
}

function ownerOf() {
  try {
    return Number(readFileSync(FILE, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
