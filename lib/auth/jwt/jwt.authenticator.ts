import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { InvalidOptionsError } from '../../options/options.errors.js';
import type { Authenticator, TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { bearerTokenOf } from '../bearer.token.js';
import { userOfClaims } from '../claims.user.js';
import { descriptionOf, discoverUrl } from './discovery.js';
import {
  algorithmsOf,
  hasKeys,
  hasKeysUrl,
  isSecret,
  jwtFaults,
  secretBytesOf,
  type JwtIssuerOptions,
  type JwtKeysUrlOptions,
  type JwtOptions,
} from './jwt.options.js';
import { RemoteKeys, type RemoteKeySettings } from './remote.keys.js';

const DAY_S = 86_400;
const REFRESH_S = 600;

/**
 * Identifies users by signed tokens (RFC 7519): `Authorization: Bearer …`. A token needs `iss`, `aud`, `sub`, `iat` and
 * `exp`, and one of the algorithms of the options.
 *
 * ```ts
 * const jwt = new JwtAuthenticator({ issuer: 'https://login.example.com/', audience: 'tasker' });
 * TaskerModule.forRoot({ auth: { authenticators: [jwt] } })
 * ```
 */
export class JwtAuthenticator implements Authenticator {
  readonly scheme = 'Bearer';
  private readonly key: JWTVerifyGetKey;
  private readonly rules: JWTVerifyOptions;
  private readonly maxLifetimeSeconds: number;
  private readonly userOf: (claims: JWTPayload) => TaskerUser | null;

  /** @throws InvalidOptionsError with every fault */
  constructor(options: JwtOptions) {
    const faults = jwtFaults(options);
    if (faults.length > 0) throw new InvalidOptionsError(faults, 'JwtAuthenticator');
    const { issuer, audience, clockToleranceSeconds = 5, maxLifetimeSeconds = DAY_S, type, user = userOf } = options;
    this.key = keyOf(options);
    this.maxLifetimeSeconds = maxLifetimeSeconds;
    this.userOf = user;
    this.rules = {
      issuer: [issuer].flat(),
      audience: [audience].flat(),
      algorithms: [...algorithmsOf(options)],
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: maxLifetimeSeconds, // with it, a token of the future is refused, too
      requiredClaims: ['sub', 'iat', 'exp'],
      ...(type !== undefined && { typ: type }),
    };
  }

  /** @throws AuthUnavailableError if the keys are not known and cannot be fetched */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const token = bearerTokenOf(request);
    const claims = token === null ? null : await this.claimsOf(token);
    if (!claims) return null;
    const user = this.userOf(claims);
    const { jti, exp } = claims;
    const known = { method: 'jwt', ...(typeof jti === 'string' && { tokenId: jti }) };
    return user && { ...known, expiresAt: new Date(exp! * 1_000), ...user };
  }

  private async claimsOf(token: string): Promise<JWTPayload | null> {
    const { errors, jwtVerify } = await import('jose'); // not loaded by applications without tokens
    try {
      const { payload } = await jwtVerify(token, this.key, this.rules);
      // Bounds tokens whose `exp` is in milliseconds, too.
      return payload.exp! - payload.iat! <= this.maxLifetimeSeconds ? payload : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

function keyOf(options: JwtOptions): JWTVerifyGetKey {
  if (isSecret(options)) {
    const secret = secretBytesOf(options);
    return () => secret;
  }
  if (hasKeys(options)) {
    let local: JWTVerifyGetKey | undefined;
    return async (...asked) => {
      const { createLocalJWKSet } = await import('jose');
      local ??= createLocalJWKSet(options.keys);
      return local(...asked);
    };
  }
  const { keysRefreshSeconds = REFRESH_S, keysLastSeconds = DAY_S } = options;
  const times = { refreshMs: keysRefreshSeconds * 1_000, lastMs: keysLastSeconds * 1_000 };
  return new RemoteKeys({ ...placeOf(options), ...times }).find;
}

function placeOf(options: JwtKeysUrlOptions | JwtIssuerOptions): Pick<RemoteKeySettings, 'url' | 'locate'> {
  if (hasKeysUrl(options)) return { url: options.keysUrl, locate: () => options.keysUrl };
  const { issuer } = options;
  return { url: descriptionOf(issuer), locate: () => discoverUrl(issuer, 'jwks_uri') };
}

function userOf(claims: JWTPayload): TaskerUser | null {
  return claims.sub ? userOfClaims(claims.sub, claims) : null;
}
