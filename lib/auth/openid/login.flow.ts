import { randomBytes } from 'node:crypto';
import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { userOfClaims, type Claims } from '../claims.user.js';
import { CookieSeal } from './cookie.seal.js';
import { cookiesIn, LoginCookies } from './login.cookies.js';
import { LoginFault } from './login.fault.js';
import type { LoginOptions } from './login.options.js';
import { LoginProvider, type LoginProof } from './login.provider.js';

const SESSION_S = 28_800;
/** How long a user may take to log in at the provider, in seconds. */
const ATTEMPT_S = 600;
/** Each attempt is a cookie in every request of the browser. */
const MOST_ATTEMPTS = 5;
/** The end of the address of the dashboard that shows a task. */
const FRAGMENT = /^#\/tasks\/[\w%.~/-]{1,300}$/;

/** Where to send the browser, and what it has to keep. */
export interface LoginStep {
  readonly location: string;
  readonly cookies: readonly string[];
}

/**
 * Logs users in by authorization code with PKCE (RFC 7636), and knows them afterwards by an encrypted cookie. Nothing is
 * stored here.
 */
export class LoginFlow {
  /** The address of the dashboard, as browsers see it. */
  readonly dashboardUrl: string;
  private readonly cookies: LoginCookies;
  private readonly sessions: CookieSeal;
  private readonly attempts: CookieSeal;
  private readonly provider: LoginProvider;

  constructor(private readonly options: LoginOptions) {
    const { issuer, clientId, redirectUri, sessionSecret } = options;
    const application = JSON.stringify([issuer, clientId, redirectUri]);
    this.dashboardUrl = redirectUri.slice(0, -'/login/callback'.length);
    this.cookies = new LoginCookies(options);
    this.sessions = new CookieSeal(sessionSecret, `nestjs-tasker session ${application}`);
    this.attempts = new CookieSeal(sessionSecret, `nestjs-tasker login ${application}`);
    this.provider = new LoginProvider(options);
  }

  /**
   * Whether a request may count as one of the user: whatever changes something must come from a page of the same origin.
   * Browsers send `Origin` with all such requests, and with the request that opens a socket.
   */
  isOwn(request: unknown): boolean {
    const { method, headers = {} } = request as {
      readonly method?: unknown;
      readonly headers?: Readonly<Record<string, unknown>>;
    };
    if (headers.origin !== undefined) return headers.origin === new URL(this.options.redirectUri).origin;
    return method === 'GET' || method === 'HEAD' || headers['sec-fetch-site'] === 'same-origin';
  }

  /** The user whose session the cookie is. */
  async userOf(request: unknown): Promise<TaskerUser | null> {
    const cookie = cookiesIn(request).get(this.cookies.session);
    const session = cookie === undefined ? null : await this.sessions.open(cookie);
    return session && { ...(session.user as TaskerUser), method: 'login', expiresAt: new Date(session.exp * 1_000) };
  }

  /**
   * @param to the end of the address of the dashboard to come back to; anything else is ignored
   * @throws AuthUnavailableError
   */
  async start(request: unknown, to: string): Promise<LoginStep> {
    const proof: LoginProof = { state: randomText(), nonce: randomText(), verifier: randomText() };
    const location = await this.provider.authorizationUrl(proof);
    const begun = [...cookiesIn(request).keys()].filter((name) => name.startsWith(this.cookies.attempts));
    const surplus = begun.slice(0, Math.max(0, begun.length + 1 - MOST_ATTEMPTS));
    const attempt = await this.attempts.close({ ...proof, to: FRAGMENT.test(to) ? to : '' }, ATTEMPT_S);
    return {
      location,
      cookies: [
        ...surplus.map((name) => this.cookies.remove(name)),
        this.cookies.set(this.cookies.attempt(proof.state), attempt, ATTEMPT_S),
      ],
    };
  }

  /**
   * @param query of the address to which the provider has sent the browser back
   * @throws LoginFault, AuthUnavailableError
   */
  async finish(request: unknown, query: string): Promise<LoginStep> {
    const name = this.cookies.attempt(new URLSearchParams(query).get('state') ?? '');
    const cookie = cookiesIn(request).get(name);
    const attempt = cookie === undefined ? null : await this.attempts.open(cookie);
    if (!attempt) throw new LoginFault(400, 'This sign-in was not begun here, or has expired. Sign in again.');
    const claims = await this.provider.claims(query, attempt as unknown as LoginProof);
    const user = (this.options.user ?? userOf)(claims);
    if (!user) throw new LoginFault(403, 'You may not use this application.');
    const { sessionSeconds = SESSION_S } = this.options;
    const session = await this.sessions.close({ user }, sessionSeconds);
    return {
      location: `${this.dashboardUrl}${String(attempt.to)}`,
      cookies: [this.cookies.remove(name), this.cookies.set(this.cookies.session, session, sessionSeconds)],
    };
  }

  /** The cookie that ends the session of this browser. */
  end(): string {
    return this.cookies.remove(this.cookies.session);
  }
}

const randomText = (): string => randomBytes(32).toString('base64url');

function userOf(claims: Claims): TaskerUser | null {
  return typeof claims.sub === 'string' ? userOfClaims(claims.sub, claims) : null;
}
