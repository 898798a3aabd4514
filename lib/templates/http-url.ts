/** What keeps a text from being the URL of a request, or null when nothing does. */
export function urlFault(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    return 'must be an absolute http or https URL, such as https://api.example.com/orders';
  }
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password; use a header';
  return null;
}

/**
 * Whether the text before the first placeholder holds the whole host. Otherwise whoever writes a task's context would
 * choose to whom the step talks, with the headers that are meant for somebody else. Slashes before the host count for nothing,
 * however many there are: `https:///a` leads to the host `a`.
 */
export function hasFixedHost(textBeforePlaceholder: string): boolean {
  const afterScheme = textBeforePlaceholder.replace(/^\s*[a-z][a-z0-9+.-]*:[/\\]*/i, '');
  return /^[^/\\?#]+[/\\?#]/.test(afterScheme);
}

/** Scheme, host and port of a URL, or null where it has none. */
export function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}
