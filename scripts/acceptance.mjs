/** `npm run acceptance`: runs the packed package in hosts and databases as companies have them. `-- PostgreSQL` runs some cells. */
import { join } from 'node:path';
import { buildWhatChanged } from './build.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { endWithNpm } from './parents.mjs';
import { become, requireTemporaryFolder, ROOT, run } from './script.mjs';
import { inTurn } from './turn.mjs';

await run(async () => {
  endWithNpm();
  requireTemporaryFolder();
  await inTurn(async () => {
    await ensureInstalled();
    buildWhatChanged('lib', 'schematics');
  });
  await import('../test/support/typescript.js');
  await become(join(ROOT, 'test/acceptance/main.ts'), process.argv.slice(2));
});
