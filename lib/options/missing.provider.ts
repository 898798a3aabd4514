/** Why Nest's `ModuleRef.get` found no provider for an option, as the end of a sentence that names what the option names. */
export function whyMissing(error: unknown): string {
  const isScoped = error instanceof Error && error.constructor.name === 'InvalidClassScopeException';
  return isScoped ? 'which is request-scoped or transient' : 'which no module provides';
}
