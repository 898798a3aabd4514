/** A value that JSON can represent; the type of contexts and results. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object that JSON can represent. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
