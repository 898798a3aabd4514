import dns from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NameResolver } from '../../../lib/webhooks/name.resolver.js';
import { useNameServers, type NameServer, type Zone } from '../../support/name.server.js';

const nameServers = useNameServers();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'names-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  jest.restoreAllMocks();
  syncBuiltinESMExports();
});

interface Settings {
  readonly hosts?: string;
  readonly config?: string;
  readonly timeoutMs?: number;
}

async function resolving(
  zone: Zone,
  { hosts, config, timeoutMs = 10_000 }: Settings = {},
): Promise<{
  readonly server: NameServer;
  readonly resolver: NameResolver;
  addresses(name: string): Promise<readonly string[]>;
}> {
  const server = await nameServers.open(zone);
  const files = { hosts: join(folder, 'hosts'), resolverConfig: join(folder, 'resolv.conf') };
  if (hosts !== undefined) await writeFile(files.hosts, hosts);
  if (config !== undefined) await writeFile(files.resolverConfig, config);
  const resolver = new NameResolver(timeoutMs, { ...files, servers: [server.address] });
  return {
    server,
    resolver,
    addresses: async (name) => (await resolver.resolve(name)).map(({ address, family }) => `${family} ${address}`),
  };
}

const HOOKS: Zone = { 'hooks.example': { addresses: ['2606:4700::1', '8.8.8.8', '8.8.4.4'] } };

describe('a name', () => {
  it('leads to its addresses of both families', async () => {
    const { addresses } = await resolving(HOOKS);
    expect(await addresses('Hooks.Example')).toEqual(['4 8.8.8.8', '4 8.8.4.4', '6 2606:4700::1']);
  });

  it('that has addresses of one family leads to these', async () => {
    const { addresses } = await resolving({
      'a.example': { addresses: ['::1'] },
      'b.example': { addresses: ['10.0.0.1'] },
    });
    expect([await addresses('a.example'), await addresses('b.example')]).toEqual([['6 ::1'], ['4 10.0.0.1']]);
  });

  it.each([
    ['is not known', 'none.example'],
    ['has no address', 'empty.example'],
  ])('that %s is told', async (_, name) => {
    const { addresses } = await resolving({ 'empty.example': { addresses: [] } });
    await expect(addresses(name)).rejects.toThrow(`The name ${name} has no address.`);
  });

  it('is not waited for without end where the name server is silent, and can be given up before', async () => {
    const silent = await resolving({ 'hooks.example': 'silent' }, { timeoutMs: 200 });
    const message = 'The name servers did not answer for hooks.example in time.';
    await expect(silent.addresses('hooks.example')).rejects.toThrow(message);
    const { addresses, resolver, server } = await resolving({ 'hooks.example': 'silent' });
    const waiting = expect(addresses('hooks.example')).rejects.toThrow(message);
    while (server.asked.length < 2) await new Promise(setImmediate);
    resolver.cancel();
    await waiting;
  });

  it('is asked of no more name servers than there is time for', async () => {
    const silent = await Promise.all(Array.from({ length: 12 }, () => nameServers.open({ 'hooks.example': 'silent' })));
    const files = { hosts: join(folder, 'hosts'), resolverConfig: join(folder, 'resolv.conf') };
    const resolver = new NameResolver(200, { ...files, servers: silent.map(({ address }) => address) });
    await expect(resolver.resolve('hooks.example')).rejects.toThrow('did not answer for hooks.example in time');
    expect(silent[0]!.asked).not.toEqual([]);
    expect(silent.at(-1)!.asked).toEqual([]);
  });

  it('is not looked up on the threads of the process', async () => {
    const lookup = jest.spyOn(dns, 'lookup');
    const promised = jest.spyOn(dns.promises, 'lookup');
    syncBuiltinESMExports();
    await (await resolving(HOOKS)).addresses('hooks.example');
    const looked = [lookup, promised].flatMap(({ mock }) => mock.calls.map(([name]) => name));
    expect(looked).not.toContain('hooks.example');
  });
});

describe('a name that stands in the file of hosts', () => {
  const hosts = '# 9.9.9.9 shop\n10.0.0.7 Shop shop.internal # and no other\n\n::7\tshop\nnonsense shop\n';

  it('leads to what stands there, and no name server is asked', async () => {
    const { addresses, server } = await resolving({ shop: { addresses: ['8.8.8.8'] } }, { hosts });
    expect(await addresses('shop')).toEqual(['4 10.0.0.7', '6 ::7']);
    expect(await addresses('shop.internal.')).toEqual(['4 10.0.0.7']);
    expect(server.asked).toEqual([]);
    await expect(addresses('other')).rejects.toThrow('has no address');
  });

  it('is this computer where it is localhost, unless the file says something else', async () => {
    const { addresses, server } = await resolving({});
    expect(await addresses('localhost')).toEqual(['4 127.0.0.1', '6 ::1']);
    expect(await addresses('shop.localhost')).toEqual(['4 127.0.0.1', '6 ::1']);
    expect(server.asked).toEqual([]);
    const other = await resolving({}, { hosts: '127.0.0.2 localhost' });
    expect(await other.addresses('localhost')).toEqual(['4 127.0.0.2']);
  });
});

describe('a name that is not complete', () => {
  const zone: Zone = {
    'shop.apps.cluster': { addresses: ['10.0.0.1'] },
    'shop.other.cluster': { addresses: ['10.0.0.2'] },
    'shop.other': { addresses: ['8.8.8.8'] },
    'shop.gone.example': 'refused',
  };

  it('is looked for elsewhere where a name server refuses one of its spellings', async () => {
    const { addresses } = await resolving(zone, { config: 'search gone.example apps.cluster' });
    expect(await addresses('shop')).toEqual(['4 10.0.0.1']);
    await expect(addresses('shop.gone.example.')).rejects.toThrow(
      'The name shop.gone.example. cannot be resolved (EREFUSED).',
    );
  });

  it.each([
    ['search none.example\nsearch apps.cluster. cluster', 'shop', ['4 10.0.0.1']],
    ['domain apps.cluster', 'shop', ['4 10.0.0.1']],
    ['search cluster', 'shop.other', ['4 8.8.8.8']],
    ['search cluster\noptions rotate ndots:5', 'shop.other', ['4 10.0.0.2']],
    ['search cluster\noptions ndots:5', 'shop.other.', ['4 8.8.8.8']],
    ['options ndots:5', 'shop.other', ['4 8.8.8.8']],
  ])('is completed as the configuration says: %j', async (config, name, found) => {
    const { addresses } = await resolving(zone, { config });
    expect(await addresses(name)).toEqual(found);
  });
});

describe('what was found', () => {
  it('is kept as long as the name server allows, and for those who ask at the same time', async () => {
    const { addresses, server } = await resolving(HOOKS);
    await Promise.all([addresses('hooks.example'), addresses('hooks.example')]);
    await addresses('HOOKS.example');
    expect(server.asked.toSorted()).toEqual(['A hooks.example', 'AAAA hooks.example']);
  });

  it.each([
    ['longest for a minute', 3_600, 59_000, 61_000],
    ['for a second at least', 0, 900, 1_100],
    ['until it changes', 30, 29_000, 31_000],
  ])('is kept %s', async (_, ttl, before, after) => {
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    const { addresses, server } = await resolving({ 'hooks.example': { addresses: ['8.8.8.8'], ttl } });
    await addresses('hooks.example');
    clock.mockReturnValue(now + before);
    await addresses('hooks.example');
    expect(server.asked).toHaveLength(2);
    clock.mockReturnValue(now + after);
    await addresses('hooks.example');
    expect(server.asked).toHaveLength(4);
  });

  it('is forgotten again where there are too many names', async () => {
    const { addresses, server } = await resolving({}, { hosts: '10.0.0.1 a' });
    await expect(addresses('first.example')).rejects.toThrow('has no address');
    await expect(addresses('first.example')).rejects.toThrow('has no address');
    expect(server.asked).toHaveLength(2);
    for (let n = 0; n < 1_000; n++) await addresses(`n${n}.localhost`);
    await expect(addresses('first.example')).rejects.toThrow('has no address');
    expect(server.asked).toHaveLength(4);
  });
});
