/** `npm run bench`: builds and runs the benchmark. With `-- --json` standard output is the benchmark's JSON and nothing else. */
import { join } from 'node:path';
import { buildWhatChanged } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { endWithNpm } from './parents.mjs';
import { become, ROOT, run } from './script.mjs';
import { inTurn } from './turn.mjs';

await run(async () => {
  endWithNpm();
  await inTurn(async () => {
    await ensureInstalled();
    buildWhatChanged('lib', 'bench');
  });
  await become(join(ROOT, 'build/bench/main.js'), process.argv.slice(2));
});
