/** See `compiled.js`, which is JavaScript because it compiles the rest. */
export function programOf(file: string): { readonly file: string; readonly flags: readonly string[] };

export function bundleOf(file: string): {
  readonly file: string;
  readonly flags: readonly string[];
  readonly args: readonly string[];
};
