import { openHost, type HostSetting } from './application.js';
import type { Scenario } from './scenario.js';
import { events } from './scenarios/events.js';
import { limits } from './scenarios/limits.js';
import { lists } from './scenarios/lists.js';
import { refusals } from './scenarios/refusals.js';
import { retries } from './scenarios/retries.js';
import { shutdown } from './scenarios/shutdown.js';
import { transactions } from './scenarios/transactions.js';
import { webhooks } from './scenarios/webhooks.js';

/** Side by side, as a host's users do it; a shutdown comes last. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  transactions,
  retries,
  limits,
  lists,
  events,
  webhooks,
  refusals,
};

/**
 * A host that knows the package by its public name only: `test/acceptance/main.ts` runs it against the packed package. Prints
 * what it observed as one line of JSON; what did not happen is an observation as well, named `failed`.
 */
const setting = JSON.parse(process.env.ACCEPTANCE_SETTING!) as HostSetting;
const open = () => openHost(setting, [...Object.values(SCENARIOS), shutdown]);

const host = await open();
const observed = await Promise.all(
  Object.entries(SCENARIOS).map(async ([name, { observe }]) => [name, await told(observe(host))] as const),
);
const atShutdown = await told(shutdown.observe(host, open));
process.stdout.write(
  `${JSON.stringify({ ...Object.fromEntries(observed), shutdown: atShutdown, errors: [...new Set(host.errors)] })}\n`,
);

function told(observation: Promise<unknown>): Promise<unknown> {
  return observation.catch((error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }));
}
