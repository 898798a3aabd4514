import { createHash } from 'node:crypto';
import type { LoginOptions } from './login.options.js';

/** Browsers ignore longer cookies. */
const MOST_CHARACTERS = 4_096;

/**
 * The names and attributes of the cookies. Over https, `__Host-` keeps other hosts of the same domain, and pages without
 * TLS, from setting them. Cookies do not distinguish ports, so the names do.
 */
export class LoginCookies {
  private readonly prefix: string;
  private readonly attributes: string;

  constructor({ issuer, clientId, redirectUri }: LoginOptions) {
    const isSecure = redirectUri.startsWith('https:');
    const application = shortDigest(JSON.stringify([issuer, clientId, redirectUri]), 8);
    this.prefix = `${isSecure ? '__Host-' : ''}tasker-${application}`;
    this.attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  }

  get session(): string {
    return `${this.prefix}-session`;
  }

  /** Of one login that has begun, so that several tabs can log in at the same time. */
  attempt(state: string): string {
    return `${this.attempts}${shortDigest(state, 16)}`;
  }

  /** The beginning of the names of all logins that have begun. */
  get attempts(): string {
    return `${this.prefix}-login-`;
  }

  /** @throws an error if browsers would ignore the cookie */
  set(name: string, value: string, lastsSeconds: number): string {
    const cookie = `${name}=${value}; Max-Age=${lastsSeconds}; ${this.attributes}`;
    if (cookie.length > MOST_CHARACTERS) throw new Error('the user has more data than a cookie can hold');
    return cookie;
  }

  remove(name: string): string {
    return this.set(name, '', 0);
  }
}

/** The cookies of a request, by name (RFC 6265, 4.2.1). */
export function cookiesIn(request: unknown): ReadonlyMap<string, string> {
  const { headers } = request as { readonly headers?: Readonly<Record<string, unknown>> };
  const header = headers?.cookie;
  const pairs = typeof header === 'string' ? header.split(';').map((pair) => pair.trim()) : [];
  return new Map(pairs.map((pair): [string, string] => [nameIn(pair), pair.slice(nameIn(pair).length + 1)]));
}

const nameIn = (pair: string): string => pair.split('=', 1)[0]!;

function shortDigest(text: string, characters: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, characters);
}
