const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

/**
 * Whether a `Content-Type` is JSON. Requests that change data must be JSON, because a form on another site can send
 * other types, with the cookies of this site and without a preflight request, and hosts may parse such forms.
 */
export function isJsonType(contentType: string): boolean {
  return JSON_TYPE.test(contentType);
}
