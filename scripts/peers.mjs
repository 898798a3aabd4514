/** The peers that the benchmark measures beside ours: a package of their own, installed and built when it is first asked for. */
import { join } from 'node:path';
import { buildWhatChanged } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { ROOT } from './script.mjs';
import { inTurn } from './turn.mjs';

const PART = 'bench/peers';

/** Answers the program that runs them. */
export async function preparePeers() {
  await inTurn(async () => {
    await ensureInstalled(join(ROOT, PART));
    buildWhatChanged(PART);
  });
  return join(ROOT, PART, 'build/main.js');
}
