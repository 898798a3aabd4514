import type { JsonPath } from '../templates/json.path.js';
import type { JsonValue } from '../workflow/json.js';
import { errorText } from '../workflow/error.text.js';
import { escapeControls } from '../workflow/log.text.js';
import { REDACTED, secretsIn, SHORTEST_SECRET, takeOut, type TakenValue } from './taken.values.js';

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

  /**
   * An error of code that receives the values, for the log or an answer. It keeps its class and fields, and is the same
   * if nothing in it quotes a value.
   */
  thrown(error: unknown): unknown {
    if (!(error instanceof Error)) return typeof error === 'string' ? this.text(error) : error;
    const fields = fieldsOf(error);
    const said = `${errorText(error)} ${fields}`;
    if (this.text(said) === said) return error;
    const copy = Object.create(Object.getPrototypeOf(error) as object) as Error;
    Object.assign(copy, this.value(JSON.parse(fields) as JsonValue));
    const [message, stack] = [this.text(error.message), this.text(errorText(error))];
    return Object.defineProperties(copy, {
      message: { value: message, writable: true, configurable: true },
      stack: { value: stack, writable: true, configurable: true },
    });
  }

  private value(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.cutText(value);
    if (typeof value === 'number') return this.forms.includes(String(value)) ? REDACTED : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item));
    return Object.fromEntries(
      Object.entries(value as object).map(([key, inner]) => [this.text(key), this.value(inner as JsonValue)]),
    );
  }

  /** Texts of errors may have been cut within a value: a message also within the stack, where its lines follow. */
  private cutText(text: string): string {
    const end = text.search(STACK_LINES);
    const [said, lines] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
    return this.text(this.withoutCutValue(said) + lines);
  }

  /** The text without the beginning of a value at its end. */
  private withoutCutValue(text: string): string {
    for (const form of this.forms) {
      const head = form.slice(0, SHORTEST_SECRET);
      let at = text.indexOf(head, Math.max(0, text.length - form.length));
      for (; at >= 0; at = text.indexOf(head, at + 1)) {
        if (form.startsWith(text.slice(at))) return text.slice(0, at) + REDACTED;
      }
    }
    return text;
  }
}

/** Calls code that receives these values. What it throws does not quote them. */
export function withoutQuotes<T>(taken: readonly TakenValue[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw taken.length === 0 ? error : new Scrubber(secretsIn(taken)).thrown(error);
  }
}

const STACK_LINES = /\n {4}at /;

/** A value as such, and as JSON, URLs, forms and the errors of HTTP steps write it. */
function formsOf(secret: string): string[] {
  const text = secret.toWellFormed(); // half a surrogate pair would make URLs throw
  const json = inJson(secret);
  return [
    inJson(json), // a JSON text within another, as in the answer of a server that quotes its request
    json,
    encodeURIComponent(text),
    encodeURI(text),
    new URLSearchParams({ '': text }).toString().slice(1),
    escapeControls(secret),
    secret,
  ];
}

/** Fields that are no JSON, such as a connection of a driver, may not be kept. */
function fieldsOf(error: Error): string {
  try {
    return JSON.stringify({ ...(error as object), cause: undefined });
  } catch {
    return '{}';
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
