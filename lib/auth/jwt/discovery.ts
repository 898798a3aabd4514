import { isSafeUrl, remoteJson } from './remote.json.js';

/** Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4). */
export function descriptionOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * The URL of the keys, `jwks_uri`, in the description of an issuer.
 * @throws the reason, as an error whose message continues a sentence
 */
export async function discoverKeysUrl(issuer: string): Promise<string> {
  const described = (await remoteJson(descriptionOf(issuer))) as {
    readonly issuer?: unknown;
    readonly jwks_uri?: unknown;
  } | null;
  if (described?.issuer !== issuer) throw new Error('the description names another issuer');
  if (!isSafeUrl(described.jwks_uri)) throw new Error('the description has no jwks_uri that is an https URL');
  return described.jwks_uri;
}
