/** Longer headers are not parsed. */
const MOST_CHARACTERS = 8_192;

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1); null without one, or if it is too long to be one. */
export function bearerTokenOf(request: unknown): string | null {
  const { headers } = request as { readonly headers?: Readonly<Record<string, unknown>> };
  const authorization = headers?.authorization;
  if (typeof authorization !== 'string' || authorization.length > MOST_CHARACTERS) return null;
  return /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1] ?? null;
}
