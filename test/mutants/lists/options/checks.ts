import type { MutantsOfFile } from '../../mutant.js';
import { options } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'lib/options/proxy.agent.ts',
    tests: [options],
    mutants: [
      {
        mistake: 'looks for the proxy as for what is connected to without it',
        find: 'const proxyTls = toProxy;',
        replace: `const proxyTls = direct;
  void toProxy;`,
      },
      {
        mistake: 'asks the proxy of the environment unasked',
        find: 'if (proxy === null) return new Agent({ connect: direct });',
        replace: 'if (proxy === null) return new EnvHttpProxyAgent({ connect: direct });',
      },
    ],
  },
  {
    file: 'lib/options/options.check.ts',
    tests: [options],
    mutants: [
      {
        mistake: 'takes any URL for that of a proxy',
        find: '/^https?:$/.test(new URL(value).protocol)',
        replace: 'new URL(value).protocol !== ``',
      },
      {
        mistake: 'takes a number as text where a pattern is asked for',
        find: `typeof value === 'string' && pattern.test(value)`,
        replace: 'pattern.test(String(value))',
      },
      {
        mistake: 'takes the text "false" for true or false',
        find: `typeof value !== 'boolean' && \``,
        replace: `typeof value !== 'boolean' && typeof value !== 'string' && \``,
      },
      {
        mistake: 'refuses the least value',
        find: `typeof value === 'number' && value >= least`,
        replace: `typeof value === 'number' && value > least`,
      },
      {
        mistake: 'takes parts of a whole number',
        find: 'Number.isInteger(value) && value >= least',
        replace: 'Number.isFinite(value) && value >= least',
      },
      { mistake: 'takes a list of no queues', find: 'queues.length > 0 && queues.every', replace: 'queues.every' },
      {
        mistake: 'takes a least concurrency above the most',
        find: 'worker.minConcurrency, 1, worker.concurrency, UP_TO',
        replace: 'worker.minConcurrency, 1, LARGEST_INTEGER, UP_TO',
      },
      {
        mistake: 'takes a poll interval that timers cannot have',
        find: `wholeBetween('worker.pollIntervalMs', worker.pollIntervalMs, 10, LONGEST_TIMER_MS / 2)`,
        replace: `wholeBetween('worker.pollIntervalMs', worker.pollIntervalMs, 10, LARGEST_INTEGER)`,
      },
    ],
  },
];
