interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/** Keeps cookies, as a browser does for one host, and follows redirects only if asked to. */
export class Browser {
  /** As they were set, with their attributes. */
  readonly set: string[] = [];
  private cookies: readonly Cookie[] = [];

  /** Another browser with the same cookies. */
  copy(): Browser {
    const other = new Browser();
    other.cookies = this.cookies;
    return other;
  }

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const { pathname } = new URL(url);
    headers.set('cookie', this.cookiesFor(pathname));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie, pathname);
    return response;
  }

  /**
   * Follows redirects.
   * @param isEnd whether to stop at an address, without going there
   * @returns the last address
   */
  async follow(url: string, isEnd: (url: string) => boolean): Promise<string> {
    let at = url;
    while (!isEnd(at)) {
      const response = await this.fetch(at);
      const location = response.headers.get('location');
      if (!REDIRECTS.includes(response.status) || location === null)
        throw new Error(`${at} answers ${response.status}: ${await response.text()}`);
      at = new URL(location, at).href;
    }
    return at;
  }

  /** The header with the cookies for a path. */
  cookiesFor(pathname: string): string {
    const sent = this.cookies.filter(({ path }) => pathname.startsWith(path));
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** The names of its cookies. */
  get names(): readonly string[] {
    return this.cookies.map(({ name }) => name);
  }

  /** Changes the cookies by hand. */
  change(change: (cookie: Cookie) => string): void {
    this.cookies = this.cookies.map((cookie) => ({ ...cookie, value: change(cookie) }));
  }

  private keep(text: string, pathname: string): void {
    this.set.push(text);
    const [pair = '', ...attributes] = text.split(/;\s*/);
    const [name = '', ...value] = pair.split('=');
    const attribute = (wanted: string): string | undefined =>
      attributes.map((each) => each.split('=')).find(([key]) => key!.toLowerCase() === wanted)?.[1];
    const path = attribute('path') ?? pathname;
    const isOver = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') <= Date.now();
    this.cookies = this.cookies.filter((each) => each.name !== name || each.path !== path);
    if (!isOver) this.cookies = [...this.cookies, { name, value: value.join('='), path }];
  }
}
