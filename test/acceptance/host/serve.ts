import { defineTask } from 'nestjs-tasker';
import { openHost, type HostSetting } from './application.js';
import { handler } from './scenario.js';

const ORDER = { namespace: 'clients', name: 'order', version: '1.0.0' };

/** A host for clients: prints its address, and serves until its input ends. */
const setting = JSON.parse(process.env.ACCEPTANCE_SETTING!) as HostSetting;
const host = await openHost(
  setting,
  [
    {
      templates: [
        defineTask(ORDER)
          .step('pack', { handler: 'clients.work' })
          .step('ship', { handler: 'clients.work', dependsOn: ['pack'] }),
        defineTask({ ...ORDER, name: 'later' }).step('only', { handler: 'clients.work' }),
      ],
      handlers: [handler('clients.work', () => ({ done: true }))],
    },
  ],
  { backPressure: { maxUnfinished: 20 } },
);
process.stdout.write(`${host.url}\n`);
process.stdin.resume().once('end', () => void host.close());
