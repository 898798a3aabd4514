import { inexactInteger, isInexactInteger, unfitObject } from '../workflow/json.check.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { DocumentPath } from './document.path.js';
import type { Finding } from './template.problem.js';

/** Deeper values are refused: no real document has them, and recursive functions would exhaust the stack. */
const MAX_DEPTH = 200;

export interface JsonCopy {
  /** The copy. It is meaningful only if there are no findings. */
  readonly json: JsonValue;
  readonly findings: readonly Finding[];
}

/**
 * Copies a value of unknown origin as JSON that PostgreSQL can store, and reports the parts that cannot be stored:
 * functions, dates, NaN, cycles, characters that `jsonb` refuses. Like `JSON.stringify`, it omits properties that are
 * undefined, but it never changes or drops anything else silently.
 *
 * @param numbers `exact` also reports whole numbers that may have lost digits when the JSON was parsed
 */
export function copyAsJson(value: unknown, numbers: 'any' | 'exact' = 'any'): JsonCopy {
  const copier = new JsonCopier(numbers === 'exact');
  return { json: copier.copy(value, []), findings: copier.findings };
}

class JsonCopier {
  readonly findings: Finding[] = [];
  /** The objects that contain the current value. */
  private readonly ancestors = new Set<object>();

  constructor(private readonly isExact: boolean) {}

  copy(value: unknown, path: DocumentPath): JsonValue {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') return this.copyText(value, path);
    if (typeof value === 'number') return this.copyNumber(value, path);
    if (typeof value !== 'object') return this.refuse(path, `must be a JSON value, got ${describeKind(value)}`);
    const unfit = unfitObject(value);
    if (unfit) return this.refuse(path, `must be a JSON value, got ${unfit}`);
    if (this.ancestors.has(value)) return this.refuse(path, 'must be a JSON value, but contains itself');
    if (path.length >= MAX_DEPTH) return this.refuse(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
    this.ancestors.add(value);
    const copy = Array.isArray(value) ? this.copyList(value, path) : this.copyObject(value, path);
    this.ancestors.delete(value);
    return copy;
  }

  private copyNumber(value: number, path: DocumentPath): number | null {
    if (!Number.isFinite(value)) return this.refuse(path, `must be a finite number, got ${value}`);
    return this.isExact && isInexactInteger(value) ? this.refuse(path, `must not be ${inexactInteger(value)}`) : value;
  }

  /** `Array.from` also visits holes, which `map` would keep. */
  private copyList(list: readonly unknown[], path: DocumentPath): readonly JsonValue[] {
    return Array.from(list, (item, index) => this.copy(item, [...path, index]));
  }

  /** Uses `Object.fromEntries`, because an assignment would drop a key named `__proto__`. */
  private copyObject(object: object, path: DocumentPath): JsonObject {
    const entries = Object.entries(object).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      entries.map(([key, item]) => [this.copyText(key, path, 'a key '), this.copy(item, [...path, key])]),
    );
  }

  /** `jsonb` can store neither U+0000 nor half of a surrogate pair. */
  private copyText(text: string, path: DocumentPath, what = ''): string {
    if (text.includes('\0')) this.refuse(path, `${what}must not contain the character U+0000`);
    if (/\p{Surrogate}/u.test(text)) this.refuse(path, `${what}must not contain half of a surrogate pair`);
    return text;
  }

  private refuse(path: DocumentPath, message: string): null {
    this.findings.push({ path, message });
    return null;
  }
}

/** The kind of a value for messages, such as `a string`, `a list` or `a Date`. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { constructor: made } = value as { constructor?: { name?: unknown } }; // missing if there is no prototype
  return typeof made?.name !== 'string' || made.name === 'Object' ? 'an object' : `a ${made.name}`;
}
