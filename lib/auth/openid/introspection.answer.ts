import type { Claims } from '../claims.user.js';
import { RemoteAnswerError } from '../jwt/remote.json.js';

/** How much clocks may differ, in milliseconds. */
const TOLERANCE_MS = 5_000;

/** What a token must be, in addition to active. */
export interface TokenRules {
  readonly issuer: string | null;
  /** Null for any. */
  readonly audiences: readonly string[] | null;
  readonly scopes: readonly string[];
}

/** What a provider says of an active token (RFC 7662, 2.2). */
export interface IntrospectedToken extends Claims {
  /** In seconds since 1970. */
  readonly exp?: number;
  readonly nbf?: number;
}

/**
 * Reads an answer.
 * @returns null for a token that is not active
 * @throws RemoteAnswerError if the answer is none of RFC 7662
 */
export function readAnswer(document: unknown): IntrospectedToken | null {
  const claims = (document ?? {}) as Claims;
  const { active } = claims;
  if (active === false) return null;
  if (active !== true) throw new RemoteAnswerError(200, 'the answer does not say whether the token is active');
  for (const name of ['exp', 'nbf']) {
    const instant = claims[name];
    if (instant !== undefined && !Number.isFinite(instant))
      throw new RemoteAnswerError(200, `the answer has no number as ${name}`);
  }
  return claims;
}

/** Whether this application accepts an active token at this moment, from anyone who presents it. */
export function isUsable(token: IntrospectedToken, { issuer, audiences, scopes }: TokenRules): boolean {
  const { iss, aud, scope, token_type: type, cnf, exp = Infinity, nbf = -Infinity } = token;
  if (exp * 1_000 <= Date.now() || nbf * 1_000 > Date.now() + TOLERANCE_MS) return false;
  if (issuer !== null && iss !== undefined && iss !== issuer) return false;
  if (audiences !== null && ![aud].flat().some((each) => audiences.includes(each as string))) return false;
  const granted = typeof scope === 'string' ? scope.split(' ') : [];
  if (!scopes.every((each) => granted.includes(each))) return false;
  // Other types, and tokens that are bound to a key, need a proof that the sender has it.
  return (type === undefined || (typeof type === 'string' && type.toLowerCase() === 'bearer')) && cnf === undefined;
}
