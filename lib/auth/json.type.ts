const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;

/**
 * Whether a `Content-Type` is JSON. A form of another site can send other types without the browser asking us first, with the
 * cookies of ours, and hosts parse forms wherever they come from; so what changes something is taken as JSON.
 */
export function isJsonType(contentType: string): boolean {
  return JSON_TYPE.test(contentType);
}
