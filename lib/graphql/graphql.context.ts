/** What the drivers hand to every resolver of one operation: an object of its own, which knows the HTTP request. */
export interface GraphqlContext {
  readonly req?: unknown;
}
