import type { LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { agentThrough, type Connecting } from '../../../lib/options/proxy.agent.js';
import type { ProxyOption } from '../../../lib/options/tasker.options.js';
import { answering, useServers } from '../../support/answering.server.js';
import { useProxies } from '../../support/proxy.server.js';

const servers = useServers();
const proxies = useProxies();

const { env } = process;
let agents: Dispatcher[] = [];
afterEach(async () => {
  process.env = env;
  await Promise.all(agents.map((agent) => agent.destroy()));
  agents = [];
});

async function statusOf(origin: string, proxy: ProxyOption, connecting?: Connecting): Promise<number> {
  const agent = await agentThrough(proxy, connecting);
  agents.push(agent);
  const { statusCode, body } = await agent.request({ origin, path: '/x', method: 'GET' });
  await body.dump();
  return statusCode;
}

function setEnvironment(variables: Readonly<Record<string, string>>): void {
  process.env = { ...variables };
}

describe('a proxy', () => {
  it('is asked for a name that only it knows, with the credentials of its URL', async () => {
    const server = await servers.open(answering(201));
    const proxy = await proxies.open(server.url);
    const url = proxy.url.replace('http://', 'http://ann:s3cret@');
    expect(await statusOf('http://shop.example', url)).toBe(201);
    const authorization = `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;
    expect(proxy.asked).toEqual([{ target: 'shop.example:80', authorization }]);
    expect(server.received).toMatchObject([{ path: '/x', headers: { host: 'shop.example' } }]);
  });

  it('is that of the environment where the option says so, for all but what that excepts', async () => {
    const server = await servers.open(answering(200));
    const proxy = await proxies.open(server.url);
    setEnvironment({ HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' });
    expect(await statusOf('http://shop.example', 'environment')).toBe(200);
    expect(await statusOf(server.url, 'environment')).toBe(200);
    expect(proxy.asked).toMatchObject([{ target: 'shop.example:80' }]);
  });

  it('is not that of the environment where the option says nothing', async () => {
    const server = await servers.open(answering(200));
    const proxy = await proxies.open(server.url);
    setEnvironment({ HTTP_PROXY: proxy.url });
    expect(await statusOf(server.url, null)).toBe(200);
    expect(proxy.asked).toEqual([]);
  });

  it('is found in another way than what is connected to without it', async () => {
    const server = await servers.open(answering(200));
    const proxy = await proxies.open(server.url);
    const looked: string[] = [];
    const lookup = (who: string): LookupFunction => {
      return (name, { all }, callback) => {
        looked.push(`${who}: ${name}`);
        if (all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      };
    };
    const connecting = { direct: { lookup: lookup('direct') }, toProxy: { lookup: lookup('proxy') } };
    const named = (url: string, name: string): string => url.replace('127.0.0.1', name);
    setEnvironment({ HTTP_PROXY: named(proxy.url, 'proxy.example'), NO_PROXY: 'here.example' });
    await statusOf('http://shop.example', 'environment', connecting);
    await statusOf(named(server.url, 'here.example'), 'environment', connecting);
    await statusOf('http://shop.example', named(proxy.url, 'proxy.example'), connecting);
    await statusOf(named(server.url, 'here.example'), null, connecting);
    expect(looked).toEqual([
      'proxy: proxy.example',
      'direct: here.example',
      'proxy: proxy.example',
      'direct: here.example',
    ]);
  });
});
