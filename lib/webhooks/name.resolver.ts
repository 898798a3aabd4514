import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { addressesInHosts, searchRules, SYSTEM_FILES, type NameFiles } from './name.files.js';

/** The files and servers to use. */
export interface NameSources extends NameFiles {
  /** @default those of the operating system */
  readonly servers?: readonly string[];
}

/** The fraction of the time limit after which the next name server is tried. */
const SHARE_OF_TRY = 1 / 4;
const TRIES = 2;

const MOST_NAMES = 1_000;
const LEAST_KEPT_MS = 1_000;
const MOST_KEPT_MS = 60_000;
/** Shorter than the wait before a delivery is retried. */
const FAILURE_KEPT_MS = 2_000;
const FILE_KEPT_MS = 5_000;

const LOOPBACK = ['127.0.0.1', '::1'];
/** Codes of answers that there is no such name, or that it has no address of the family. */
const ABSENT = ['ENOTFOUND', 'ENODATA'];
const UNANSWERED = ['ETIMEOUT', 'ECANCELLED'];

interface Found {
  readonly addresses: readonly LookupAddress[];
  readonly keptMs: number;
}

interface Kept {
  readonly found: Promise<Found>;
  until: number;
}

/**
 * Resolves names without `dns.lookup`, which blocks one of the four threads that a process has for files and other
 * work: a silent name server would hold up the whole process. It reads the file of hosts and the search domains of
 * `resolv.conf`, and knows `localhost`.
 */
export class NameResolver {
  private readonly kept = new Map<string, Kept>();
  private readonly asking = new Set<Resolver>();

  constructor(
    private readonly timeoutMs: number,
    private readonly sources: NameSources = SYSTEM_FILES,
  ) {}

  /** @throws Error for users, if there is no address or the name servers do not answer in time */
  async resolve(hostname: string): Promise<readonly LookupAddress[]> {
    const name = hostname.toLowerCase();
    const known = this.kept.get(name);
    const found = known && known.until > performance.now() ? known.found : this.find(name);
    return (await found).addresses;
  }

  /** Ends all waits, as if the name servers had not answered. */
  cancel(): void {
    for (const resolver of this.asking) resolver.cancel();
  }

  /** Concurrent calls for the same name share one query. */
  private find(name: string): Promise<Found> {
    const kept: Kept = { found: this.look(name), until: Infinity };
    this.kept.delete(name);
    this.kept.set(name, kept);
    if (this.kept.size > MOST_NAMES) this.kept.delete(this.kept.keys().next().value!);
    const keep = (ms: number): void => void (kept.until = performance.now() + ms);
    kept.found.then(
      ({ keptMs }) => keep(keptMs),
      () => keep(FAILURE_KEPT_MS),
    );
    return kept.found;
  }

  private async look(name: string): Promise<Found> {
    const plain = name.replace(/\.$/, '');
    const written = await addressesInHosts(this.sources.hosts, plain);
    if (written.length > 0) return { addresses: written.map(addressOf), keptMs: FILE_KEPT_MS };
    if (/(^|\.)localhost$/.test(plain)) return { addresses: LOOPBACK.map(addressOf), keptMs: MOST_KEPT_MS };
    return this.ask(name);
  }

  private async ask(name: string): Promise<Found> {
    // A new resolver each time uses the current name servers.
    const resolver = new Resolver({ timeout: Math.ceil(this.timeoutMs * SHARE_OF_TRY), tries: TRIES });
    if (this.sources.servers) resolver.setServers(this.sources.servers);
    const timer = setTimeout(() => resolver.cancel(), this.timeoutMs);
    this.asking.add(resolver);
    try {
      return await firstFound(resolver, name, await this.spellings(name));
    } finally {
      clearTimeout(timer);
      this.asking.delete(resolver);
    }
  }

  private async spellings(name: string): Promise<readonly string[]> {
    if (name.endsWith('.')) return [name];
    const { domains, dots } = await searchRules(this.sources.resolverConfig);
    const completed = domains.map((domain) => `${name}.${domain}`);
    return name.split('.').length > dots ? [name, ...completed] : [...completed, name];
  }
}

/** If a name server refuses one spelling, for example with an outdated search domain, the next is tried. */
async function firstFound(resolver: Resolver, name: string, spellings: readonly string[]): Promise<Found> {
  let trouble: unknown;
  for (const spelling of spellings) {
    try {
      const found = await addressesOf(resolver, spelling);
      if (found) return found;
    } catch (error) {
      if (UNANSWERED.includes(codeOf(error)))
        throw new Error(`The name servers did not answer for ${name} in time.`, { cause: error });
      trouble ??= error;
    }
  }
  if (trouble === undefined) throw new Error(`The name ${name} has no address.`);
  throw new Error(`The name ${name} cannot be resolved (${codeOf(trouble)}).`, { cause: trouble });
}

/**
 * The addresses, IPv4 first; null if there are none. One family is enough if the name server does not answer for the
 * other.
 */
async function addressesOf(resolver: Resolver, name: string): Promise<Found | null> {
  const answers = await Promise.allSettled([
    resolver.resolve4(name, { ttl: true }),
    resolver.resolve6(name, { ttl: true }),
  ]);
  const records = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  if (records.length > 0) {
    const ttlMs = Math.min(...records.map(({ ttl }) => ttl)) * 1_000;
    const keptMs = Math.min(Math.max(ttlMs, LEAST_KEPT_MS), MOST_KEPT_MS);
    return { addresses: records.map(({ address }) => addressOf(address)), keptMs };
  }
  const trouble = failures.find((failure) => !ABSENT.includes(codeOf(failure)));
  if (trouble !== undefined) throw trouble as Error;
  return null;
}

function addressOf(address: string): LookupAddress {
  return { address, family: isIPv6(address) ? 6 : 4 };
}

function codeOf(error: unknown): string {
  return (error as { readonly code?: string }).code ?? 'no code';
}
