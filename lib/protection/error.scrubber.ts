import type { JsonPath } from '../templates/json.path.js';
import type { JsonValue } from '../workflow/json.js';
import { REDACTED, takeOut } from './taken.values.js';

/** Removes sensitive values from texts that quote them, such as messages of errors. */
export class Scrubber {
  private readonly forms: readonly string[];

  /** @param secrets the values, the longest first */
  constructor(secrets: readonly string[]) {
    this.forms = [...new Set(secrets.flatMap(formsOf))];
  }

  text(text: string): string {
    return this.forms.reduce((scrubbed, form) => scrubbed.replaceAll(form, REDACTED), text);
  }

  /** An error as JSON text: without what the path selects, and with no text that quotes a value. */
  error(error: string, path: JsonPath): string {
    const { document } = takeOut(JSON.parse(error) as JsonValue, path);
    return JSON.stringify(this.value(document));
  }

  private value(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.forms.includes(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    return Object.fromEntries(
      Object.entries(value as object).map(([key, inner]) => [this.text(key), this.value(inner as JsonValue)]),
    );
  }
}

/** A value as such, as JSON and URLs write it. */
function formsOf(secret: string): string[] {
  return [JSON.stringify(secret).slice(1, -1), encoded(secret), secret];
}

function encoded(secret: string): string {
  return encodeURIComponent(secret.toWellFormed()); // which half a surrogate pair would make throw
}
