/** `npm run mutants`: whether the tests notice mistakes that people make. `-- sql engine/worker` tries some of them. */
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
    buildWhatChanged('schematics'); // without which some tests fail, whatever the mutant
  });
  await import('../test/support/typescript.js');
  await become(join(ROOT, 'test/mutants/main.ts'), process.argv.slice(2));
});
