/** `npm start`: from a fresh clone to the running sample application. `-- --exit` ends it when its stories are told. */
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
    buildWhatChanged('lib', 'sample-app');
  });
  await become(join(ROOT, 'build/sample-app/main.js'), process.argv.slice(2));
});
