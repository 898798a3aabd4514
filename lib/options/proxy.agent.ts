import type { Agent, Dispatcher } from 'undici';
import type { ProxyOption } from './tasker.options.js';

type Connect = Exclude<Agent.Options['connect'], (...given: never) => unknown>;

/** How connections are opened. */
export interface Connecting {
  /** Without a proxy. */
  readonly direct?: Connect;
  readonly toProxy?: Connect;
}

/**
 * Makes the agent that sends requests, as the option `proxy` says. Loads undici only when it is needed, because loading
 * it also changes the agent of the global `fetch`.
 */
export async function agentThrough(
  proxy: ProxyOption,
  { direct = {}, toProxy = {} }: Connecting = {},
): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent, ProxyAgent } = await import('undici');
  if (proxy === null) return new Agent({ connect: direct });
  const proxyTls = toProxy; // despite its name, also used for connections to the proxy without TLS
  if (proxy === 'environment') return new EnvHttpProxyAgent({ connect: direct, proxyTls });
  return new ProxyAgent({ uri: proxy, proxyTls });
}
