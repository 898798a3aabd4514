import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider, type Configuration } from 'oidc-provider';
import { request } from 'undici';

const SECRET = 'importer-secret-'.repeat(2);

/** The client as which an application asks about tokens. Its secret has characters that are encoded in a header. */
export const ASKING_CLIENT = { clientId: 'asking:client', clientSecret: 'asking%secret:+&='.repeat(2) } as const;

/** The client by which users of a dashboard log in. */
export const DASHBOARD_CLIENT = { clientId: 'dashboard', clientSecret: 'dashboard-secret-'.repeat(2) } as const;

/** A real provider of OpenID Connect on the loopback, whose machines get signed access tokens, and whose only user logs in at once. */
export class OpenIdProvider {
  private server: Server | null = null;
  private handle: RequestListener = () => undefined;
  private keys: readonly JWK[] = [];
  private port = 0;
  /** The user who logs in, and the claims of the ID token. */
  user: Readonly<Record<string, unknown>> & { readonly sub: string } = { sub: 'ann', roles: ['viewer'] };

  private constructor(private readonly redirectUri: string) {}

  /** @param redirectUri to which the users of a dashboard come back */
  static async open(redirectUri = 'http://127.0.0.1/callback'): Promise<OpenIdProvider> {
    const provider = new OpenIdProvider(redirectUri);
    await provider.listen();
    await provider.rotate();
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Signs with a new key from now on; the key before it stays published. */
  async rotate(): Promise<void> {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const key = {
      ...(await exportJWK(privateKey)),
      kid: `key ${Date.now()} ${this.keys.length}`,
      alg: 'ES256',
      use: 'sig',
    };
    this.keys = [key, ...this.keys.slice(0, 1)];
    const configuration = { ...configurationWith(this.keys, this.redirectUri), ...this.login() };
    const provider = new Provider(this.issuer, configuration);
    const answer = provider.callback();
    this.handle = (asked, response) => {
      if (!asked.url!.startsWith('/interaction/')) void answer(asked, response);
      else void provider.interactionFinished(asked, response, { login: { accountId: this.user.sub } });
    };
  }

  private login(): Configuration {
    return {
      claims: { openid: ['sub', 'roles', 'namespaces'] },
      conformIdTokenClaims: false, // the ID token has them all
      findAccount: (_, accountId) => ({ accountId, claims: () => this.user }),
      loadExistingGrant: async ({ oidc: { client, provider, session } }) => {
        const given = session!.grantIdFor(client!.clientId);
        if (given !== undefined) return provider.Grant.find(given); // a new one would end the logins in progress
        const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
        grant.addOIDCScope('openid');
        await grant.save();
        return grant;
      },
    };
  }

  /** The access token of a machine. @param resource whom the token is for */
  async token(resource = 'urn:tasker'): Promise<string> {
    const { body } = await request(`${this.issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'importer',
        client_secret: SECRET,
        resource,
      }).toString(),
    });
    return ((await body.json()) as { readonly access_token: string }).access_token;
  }

  /** From now on, the token of a machine is not active. */
  async revoke(token: string): Promise<void> {
    const { statusCode } = await request(`${this.issuer}/token/revocation`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, client_id: 'importer', client_secret: SECRET }).toString(),
    });
    if (statusCode !== 200) throw new Error(`The provider revokes nothing, and answers ${statusCode}.`);
  }

  async listen(): Promise<void> {
    this.server = createServer((...asked) => this.handle(...asked)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Nobody answers at the port any more. */
  async close(): Promise<void> {
    if (!this.server?.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

function configurationWith(keys: readonly JWK[], redirectUri: string): Configuration {
  return {
    jwks: { keys: keys },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [
      {
        client_id: 'importer',
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        client_id: DASHBOARD_CLIENT.clientId,
        client_secret: DASHBOARD_CLIENT.clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        client_id: ASKING_CLIENT.clientId,
        client_secret: ASKING_CLIENT.clientSecret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    extraTokenClaims: () => ({ roles: ['viewer'] }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: '',
          audience: resource.replace('urn:', ''),
          accessTokenTTL: 3_600,
          accessTokenFormat: resource === 'urn:opaque' ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  };
}
