import { createHash } from 'node:crypto';
import { inOwnContext } from '../../options/own.context.js';
import { InvalidOptionsError } from '../../options/options.errors.js';
import type { Authenticator, TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { ExpiringMap } from '../../rate-limits/expiring.map.js';
import { bearerTokenOf } from '../bearer.token.js';
import { userOfClaims, type Claims } from '../claims.user.js';
import { isText } from '../option.faults.js';
import { partsOfToken } from '../tokens/api-token.secret.js';
import { isUsable, type IntrospectedToken, type TokenRules } from './introspection.answer.js';
import { IntrospectionEndpoint, isAboutToken } from './introspection.endpoint.js';
import { introspectionFaults, type IntrospectionOptions } from './introspection.options.js';

const CACHE_S = 10;
/** How long an error that may be due to the token is the answer to it, in milliseconds. */
const FAULT_MS = 5_000;
/** The number of tokens whose answers are kept, of each kind. */
const MOST_TOKENS = 10_000;

type Answer = IntrospectedToken | null;

/**
 * Identifies users by opaque tokens, about which it asks their issuer (RFC 7662): `Authorization: Bearer …`.
 *
 * ```ts
 * const opaque = new IntrospectionAuthenticator({
 *   issuer: 'https://login.example.com/',
 *   clientId: 'tasker',
 *   clientSecret: process.env.CLIENT_SECRET!,
 *   audience: 'tasker',
 * });
 * TaskerModule.forRoot({ auth: { authenticators: [opaque] } })
 * ```
 */
export class IntrospectionAuthenticator implements Authenticator {
  readonly scheme = 'Bearer';
  private readonly endpoint: IntrospectionEndpoint;
  private readonly rules: TokenRules;
  private readonly cacheMs: number;
  private readonly userOf: (claims: Claims) => TaskerUser | null;
  private readonly asking = new Map<string, Promise<Answer>>();
  private readonly active = new ExpiringMap<Answer>(MOST_TOKENS);
  /** Apart from the others, so that invented tokens do not displace those of users. */
  private readonly others = new ExpiringMap<Promise<Answer>>(MOST_TOKENS);

  /** @throws InvalidOptionsError with every fault */
  constructor(options: IntrospectionOptions) {
    const faults = introspectionFaults(options);
    if (faults.length > 0) throw new InvalidOptionsError(faults, 'IntrospectionAuthenticator');
    const { issuer = null, audience, scopes = [], cacheSeconds = CACHE_S, user = userOf } = options;
    this.endpoint = new IntrospectionEndpoint(options);
    this.rules = { issuer, audiences: audience === null ? null : [audience].flat(), scopes };
    this.cacheMs = cacheSeconds * 1_000;
    this.userOf = user;
  }

  /** @throws AuthUnavailableError if the issuer cannot be asked, and no recent answer is known */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const token = bearerTokenOf(request);
    if (token === null || partsOfToken(token)) return null; // the secret of an API token is nobody else's business
    const claims = await this.claimsOf(token);
    if (!claims || !isUsable(claims, this.rules)) return null;
    const user = this.userOf(claims);
    const { jti, exp } = claims;
    return (
      user && {
        method: 'introspection',
        ...(typeof jti === 'string' && { tokenId: jti }),
        ...(exp !== undefined && { expiresAt: new Date(exp * 1_000) }),
        ...user,
      }
    );
  }

  /** Tokens are not kept in memory, only their digests. */
  private claimsOf(token: string): Answer | Promise<Answer> {
    const key = createHash('sha256').update(token).digest('base64');
    const now = performance.now();
    const known = this.active.get(key, now)?.value ?? this.others.get(key, now)?.value ?? this.asking.get(key);
    if (known) return known;
    const asking = inOwnContext(() => this.ask(token, key)).finally(() => this.asking.delete(key));
    this.asking.set(key, asking);
    return asking;
  }

  private async ask(token: string, key: string): Promise<Answer> {
    try {
      const claims = await this.endpoint.introspect(token);
      if (claims)
        this.active.set(key, claims, performance.now() + this.cacheMs); // its expiry is checked each time
      else this.others.set(key, Promise.resolve(null), performance.now() + this.cacheMs);
      return claims;
    } catch (error) {
      if (isAboutToken((error as Error).cause))
        this.others.set(key, refusal(error as Error), performance.now() + FAULT_MS);
      throw error;
    }
  }
}

function refusal(error: Error): Promise<never> {
  const refused = Promise.reject(error);
  refused.catch(() => undefined); // perhaps nobody asks again
  return refused;
}

function userOf(claims: Claims): TaskerUser | null {
  const id = [claims.sub, claims.username, claims.client_id].find(isText);
  return id === undefined ? null : userOfClaims(id, claims);
}
