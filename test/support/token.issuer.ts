import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/**
 * Describes itself, as a provider of OpenID Connect does, publishes a key, and says what opaque tokens stand for. Its tokens
 * are for `tasker`.
 */
export class TokenIssuer {
  private readonly opaque = new Map<string, object>();

  private constructor(
    private readonly server: Server,
    private readonly own: CryptoKey,
    private readonly foreign: CryptoKey,
  ) {}

  static async open(): Promise<TokenIssuer> {
    const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const keys: JWK[] = [{ ...(await exportJWK(own.publicKey)), alg: 'ES256', use: 'sig' }];
    const server = createServer((request, response) => {
      const answer = async (): Promise<object> => {
        if (request.url === '/keys') return { keys };
        return request.url === '/introspect' ? issuer.introspected(await text(request)) : issuer.description;
      };
      void answer().then((body) => response.end(JSON.stringify(body)));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const issuer = new TokenIssuer(server, own.privateKey, foreign.privateKey);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get keysUrl(): string {
    return `${this.url}/keys`;
  }

  token(claims: object): Promise<string> {
    return signedToken({ iss: this.url, ...claims }, 'ES256', this.own);
  }

  /** Like a token, but another key signed it. */
  forgedToken(claims: object): Promise<string> {
    return signedToken({ iss: this.url, ...claims }, 'ES256', this.foreign);
  }

  /** A token that nobody else can read. */
  opaqueToken(claims: object): string {
    const token = randomUUID();
    this.opaque.set(token, claims);
    return token;
  }

  private get description(): object {
    return {
      issuer: this.url,
      jwks_uri: this.keysUrl,
      introspection_endpoint: `${this.url}/introspect`,
      authorization_endpoint: `${this.url}/authorize`,
    };
  }

  private introspected(form: string): object {
    const claims = this.opaque.get(new URLSearchParams(form).get('token') ?? '');
    return claims ? { active: true, iss: this.url, aud: 'tasker', ...claims } : { active: false };
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** A token for an hour. */
export function signedToken(claims: object, alg: string, key: CryptoKey | Uint8Array): Promise<string> {
  return new SignJWT({ aud: 'tasker', ...claims })
    .setProtectedHeader({ alg })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
}
