import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** Describes itself, as a provider of OpenID Connect does, and publishes a key. Its tokens are for `tasker`. */
export class TokenIssuer {
  private constructor(
    private readonly server: Server,
    private readonly own: CryptoKey,
    private readonly foreign: CryptoKey,
  ) {}

  static async open(): Promise<TokenIssuer> {
    const [own, foreign] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    const keys: JWK[] = [{ ...(await exportJWK(own.publicKey)), alg: 'ES256', use: 'sig' }];
    const server = createServer(({ url }, response) => {
      const description = { issuer: issuer.url, jwks_uri: issuer.keysUrl };
      response.end(JSON.stringify(url === '/keys' ? { keys } : description));
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
