const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

/**
 * Whether a `Content-Type` is JSON. A form of another site can send other types, with this site's cookies and without a
 * preflight request, and hosts parse forms from anywhere. So requests that change data must be JSON.
 */
export function isJsonType(contentType: string): boolean {
  return JSON_TYPE.test(contentType);
}
