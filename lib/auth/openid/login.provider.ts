import type * as OpenIdClient from 'openid-client';
import type {
  AuthorizationCodeGrantChecks,
  ClientAuth,
  Configuration,
  CustomFetch,
  ServerMetadata,
} from 'openid-client';
import { inOwnContext } from '../../options/own.context.js';
import type { Claims } from '../claims.user.js';
import { boundedText, isSafeUrl } from '../jwt/remote.json.js';
import { LoginFault } from './login.fault.js';
import type { LoginOptions } from './login.options.js';
import { RemoteService } from './remote.service.js';

const TIMEOUT_S = 5;
/** How long the description of a provider is used, in milliseconds. */
const DESCRIBED_MS = 300_000;

/** What proves that a response belongs to the login that this browser has begun. */
export interface LoginProof {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The provider of OpenID Connect that knows the users. */
export class LoginProvider {
  private readonly service: RemoteService;
  private described: { readonly metadata: Promise<ServerMetadata>; readonly until: number } | null = null;

  constructor(private readonly options: LoginOptions) {
    this.service = new RemoteService(`log users in at ${options.issuer}`);
  }

  /**
   * Where the browser goes to log in.
   * @throws AuthUnavailableError
   */
  async authorizationUrl({ state, nonce, verifier }: LoginProof): Promise<string> {
    const client = await import('openid-client');
    const { redirectUri, scopes = ['openid'] } = this.options;
    const url = client.buildAuthorizationUrl(await this.configuration(), {
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...{ state, nonce },
    });
    return url.href;
  }

  /**
   * The claims of the user who has logged in.
   * @param query of the address to which the provider has sent the browser back
   * @throws LoginFault, AuthUnavailableError
   */
  async claims(query: string, { state, nonce, verifier }: LoginProof): Promise<Claims> {
    const client = await import('openid-client');
    const address = new URL(this.options.redirectUri);
    address.search = query;
    const checks: AuthorizationCodeGrantChecks = {
      ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
      idTokenExpected: true,
    };
    const configuration = await this.configuration();
    const answer = await this.service.ask(async () => {
      try {
        const tokens = await client.authorizationCodeGrant(configuration, address, checks);
        return tokens.claims() as Claims;
      } catch (error) {
        if (isOutage(error)) throw error;
        return LoginFault.by(error as Error);
      }
    }, isUnreachable);
    if (answer instanceof LoginFault) throw answer;
    return answer;
  }

  /** A new one each time, as it keeps the keys of the provider: a key that is new must be known at once. */
  private async configuration(): Promise<Configuration> {
    const client = await import('openid-client');
    const { clientId, issuer } = this.options;
    const metadata = await this.metadata();
    const configuration = new client.Configuration(metadata, clientId, undefined, this.authentication(client));
    configuration.timeout = TIMEOUT_S;
    configuration[client.customFetch] = boundedFetch;
    for (const prepare of preparations(client, issuer)) prepare(configuration);
    client.enableNonRepudiationChecks(configuration); // the signature counts, too, not only where the token comes from
    return configuration;
  }

  private authentication({ ClientSecretBasic, ClientSecretPost, None }: typeof OpenIdClient): ClientAuth {
    const { clientSecret, clientAuthentication } = this.options;
    if (clientSecret === undefined) return None();
    return clientAuthentication === 'post' ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
  }

  private metadata(): Promise<ServerMetadata> {
    if (this.described && this.described.until > performance.now()) return this.described.metadata;
    const metadata = inOwnContext(() => this.discover());
    this.described = { metadata, until: performance.now() + DESCRIBED_MS };
    metadata.catch(() => (this.described = null));
    return metadata;
  }

  private async discover(): Promise<ServerMetadata> {
    const client = await import('openid-client');
    const { clientId, issuer } = this.options;
    const discovering = async (): Promise<ServerMetadata> => {
      const options = {
        [client.customFetch]: boundedFetch,
        timeout: TIMEOUT_S,
        execute: preparations(client, issuer),
      };
      const found = await client.discovery(new URL(issuer), clientId, undefined, undefined, options);
      return checked(found.serverMetadata());
    };
    return this.service.ask(discovering, () => true);
  }
}

/** Every request is checked by `boundedFetch`; a provider on this machine needs no TLS. */
function preparations(client: typeof OpenIdClient, issuer: string): ((configuration: Configuration) => void)[] {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
  return issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
}

/** Endpoints to which the application sends requests are checked with each. The browser is sent to this one. */
function checked(metadata: ServerMetadata): ServerMetadata {
  if (!isSafeUrl(metadata.authorization_endpoint))
    throw new Error('the description has no authorization_endpoint that is an https URL');
  return metadata;
}

const boundedFetch: CustomFetch = async (url, init) => {
  if (!isSafeUrl(url)) throw new TypeError('the description has a URL that is not https');
  const response = await fetch(url, { ...init, redirect: 'manual' } as RequestInit);
  const { status, headers } = response;
  const text = await boundedText(response);
  return new Response(text === '' ? null : text, { status, headers });
};

/** Whether nobody has answered. */
function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError || (error as { readonly code?: unknown }).code === 'OAUTH_TIMEOUT';
}

const ANSWERS_OF_NONE: readonly unknown[] = [
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
];

/** Whether the provider is out of order, or does not know this application, for which the user can do nothing. */
function isOutage(thrown: unknown): boolean {
  const { code, error } = thrown as { readonly code?: unknown; readonly error?: unknown };
  const isOut = ['server_error', 'temporarily_unavailable', 'invalid_client', 'unauthorized_client'].includes(
    String(error),
  );
  return isUnreachable(thrown) || ANSWERS_OF_NONE.includes(code) || isOut;
}
