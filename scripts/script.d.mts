/** A failure that its message explains; printed without a stack. */
export class ScriptError extends Error {}
