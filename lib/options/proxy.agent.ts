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
 * Makes what requests are sent through, as an option `proxy` says. undici is loaded when it is needed, for loading it also changes
 * what `fetch` uses.
 */
export async function agentThrough(
  proxy: ProxyOption,
  { direct = {}, toProxy = {} }: Connecting = {},
): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent, ProxyAgent } = await import('undici');
  if (proxy === null) return new Agent({ connect: direct });
  const proxyTls = toProxy; // for connections to the proxy without TLS, too, despite its name
  if (proxy === 'environment') return new EnvHttpProxyAgent({ connect: direct, proxyTls });
  return new ProxyAgent({ uri: proxy, proxyTls });
}
