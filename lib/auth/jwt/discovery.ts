import { isSafeUrl, remoteJson } from './remote.json.js';

/** Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4). */
export function descriptionOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * A URL in the description of an issuer.
 * @param field such as `jwks_uri`
 * @throws the reason, as an error whose message continues a sentence
 */
export async function discoverUrl(issuer: string, field: 'jwks_uri' | 'introspection_endpoint'): Promise<string> {
  const described = (await remoteJson(descriptionOf(issuer))) as Readonly<Record<string, unknown>> | null;
  if (described?.issuer !== issuer) throw new Error('the description names another issuer');
  const url = described[field];
  if (!isSafeUrl(url)) throw new Error(`the description has no ${field} that is an https URL`);
  return url;
}
