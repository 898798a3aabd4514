/** A text as code: `'Don\'t'`. */
export function quoted(text: string): string {
  const escaped = text.replace(/[\\']/g, '\\$&').replace(/\r?\n/g, '\\n');
  return `'${escaped}'`;
}

/** The code that reads a property: `.fetch_data`, or `['fetch-data']`. */
export function propertyAccess(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${quoted(name)}]`;
}

/** The code that declares it. */
export function propertyName(name: string): string {
  return isIdentifier(name) ? name : quoted(name);
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
