/** The reason why a text cannot be the URL of a request; null if it can. */
export function urlFault(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return 'must be an absolute http or https URL, such as https://api.example.com/orders';
  }
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password; use a header';
  return null;
}

/**
 * Whether the text before the first placeholder contains the whole host. Otherwise, the context of a task would decide
 * which server the step sends its headers to. The number of slashes before the host does not matter: the host of
 * `https:///a` is `a`.
 */
export function hasFixedHost(textBeforePlaceholder: string): boolean {
  const afterScheme = textBeforePlaceholder.replace(/^\s*[a-z][a-z0-9+.-]*:[/\\]*/i, '');
  return /^[^/\\?#]+[/\\?#]/.test(afterScheme);
}

/** The scheme, host and port of a URL; null if it is invalid. */
export function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}
