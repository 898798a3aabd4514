import type { Host } from '../application.js';
import type { Scenario } from '../scenario.js';

const REFUSED: readonly [string, RequestInit][] = [
  ['/nothing', {}],
  ['/tasks/none', {}],
  ['/tasks', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }],
  ['/tasks', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":7}' }],
  ['/tasks', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a' }],
  ['/health/live/', { method: 'HEAD' }],
];

/** The answers to refused requests, and the warnings logged about them. */
export const refusals: Scenario = {
  templates: [],
  handlers: [],
  observe: async (host) => {
    const answers: unknown[] = [];
    for (const [path, init] of REFUSED) answers.push(await answerOf(host, path, init));
    return { answers, warnings: host.warnings.filter((warning) => warning.includes('Content-Type')) };
  },
};

async function answerOf({ url }: Host, path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  const { code } = (text === '' ? {} : JSON.parse(text)) as { code?: string };
  return { status: response.status, type: response.headers.get('content-type'), code };
}
