/** `npm run chaos`: breaks things under workers at random moments, and checks what is left. `-- --seed N` replays a plan. */
import { join } from 'node:path';
import { ensureInstalled } from './ensure-installed.mjs';
import { endWithNpm } from './parents.mjs';
import { become, requireTemporaryFolder, ROOT, run } from './script.mjs';
import { inTurn } from './turn.mjs';

await run(async () => {
  endWithNpm();
  requireTemporaryFolder();
  await inTurn(ensureInstalled);
  await import('../test/support/typescript.js');
  await become(join(ROOT, 'test/chaos/storm/main.ts'), process.argv.slice(2));
});
