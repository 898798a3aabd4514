import { randomBytes } from 'node:crypto';
import { Injectable, Module, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import {
  ApiTokenAuthenticator,
  ApiTokenService,
  guardAuthenticator,
  IntrospectionAuthenticator,
  JwtAuthenticator,
  TaskerAuthenticator,
  type Authenticator,
  type TaskerUser,
} from 'nestjs-tasker';
import { passportAuthenticator } from 'nestjs-tasker/passport';
import { Strategy } from 'passport-http-bearer';
import type { HttpHostSettings } from '../http.host.js';
import { signedToken, TokenIssuer } from '../token.issuer.js';
import type { MatrixHost } from './stage.js';

/** A way to authenticate that ends in `Authorization: Bearer …`. */
export interface Login {
  readonly name: string;
  readonly settings: Pick<HttpHostSettings, 'providers' | 'tasker' | 'imports'>;
  /** The token of a user with this role. */
  token(role: string, on: MatrixHost): Promise<string>;
  /** One that looks like it, and is not valid. */
  wrongToken(on: MatrixHost): Promise<string>;
  close?(): void;
}

/** Each authenticator of the package, and one of the host's own. */
export async function logins(): Promise<readonly Login[]> {
  return [withSecret(), await withPublishedKeys(), await withIntrospection(), API_TOKENS, PASSPORT, GUARD, CUSTOM];
}

function withSecret(): Login {
  const [secret, foreign] = [randomBytes(32), randomBytes(32)];
  const signed = (role: string, key: Uint8Array): Promise<string> =>
    signedToken({ iss: 'login', ...claimsOf(role) }, 'HS256', key);
  return {
    name: 'JSON Web Tokens with a secret',
    settings: withAuthenticator(new JwtAuthenticator({ issuer: 'login', audience: 'tasker', secret })),
    token: (role) => signed(role, secret),
    wrongToken: () => signed('admin', foreign),
  };
}

async function withPublishedKeys(): Promise<Login> {
  const issuer = await TokenIssuer.open();
  const { url, keysUrl } = issuer;
  return {
    name: 'JSON Web Tokens with published keys',
    settings: withAuthenticator(new JwtAuthenticator({ issuer: url, audience: 'tasker', keysUrl })),
    token: (role) => issuer.token(claimsOf(role)),
    wrongToken: () => issuer.forgedToken(claimsOf('admin')),
    close: () => issuer.close(),
  };
}

async function withIntrospection(): Promise<Login> {
  const issuer = await TokenIssuer.open();
  const credentials = { clientId: 'tasker', clientSecret: 'of-tasker' };
  const opaque = new IntrospectionAuthenticator({ issuer: issuer.url, audience: 'tasker', ...credentials });
  return {
    name: 'opaque tokens',
    settings: withAuthenticator(opaque),
    token: (role) => Promise.resolve(issuer.opaqueToken(claimsOf(role))),
    wrongToken: () => Promise.resolve(issuer.opaqueToken({ ...claimsOf('admin'), aud: 'shop' })),
    close: () => issuer.close(),
  };
}

const claimsOf = (role: string): object => ({ sub: role, roles: [role] });

const API_TOKENS: Login = {
  name: 'API tokens',
  settings: withAuthenticator(ApiTokenAuthenticator),
  token: async (role, { host }) => {
    const { secret } = await host.app.get(ApiTokenService).create({ name: role, userId: role, roles: [role] }, 'ann');
    return secret;
  },
  wrongToken: async ({ host }) => {
    const tokens = host.app.get(ApiTokenService);
    const { id, secret } = await tokens.create({ name: 'old', userId: 'old', roles: ['admin'] }, 'ann');
    await tokens.revoke(id, 'ann');
    return secret;
  },
};

const userOf = (role: string): TaskerUser => ({ id: role, roles: [role] });
/** Tokens of the host's own. */
const TOKEN = /^token-of-(viewer|operator|admin)$/;
const userWith = (token: string | undefined): TaskerUser | null => {
  const [, role] = TOKEN.exec(token ?? '') ?? [];
  return role === undefined ? null : userOf(role);
};
const OWN_TOKENS: Pick<Login, 'token' | 'wrongToken'> = {
  token: (role) => Promise.resolve(`token-of-${role}`),
  wrongToken: () => Promise.resolve('token-of-nobody'),
};

@Injectable()
class MatrixStrategy extends PassportStrategy(Strategy, 'matrix') {
  validate(token: string): TaskerUser | null {
    return userWith(token);
  }
}

const PASSPORT: Login = {
  name: 'a strategy of Passport',
  settings: { ...withAuthenticator(passportAuthenticator('matrix')), providers: [MatrixStrategy] },
  ...OWN_TOKENS,
};

interface Asked {
  readonly headers: Readonly<Record<string, string | undefined>>;
  user?: TaskerUser | null;
}

const bearerOf = ({ headers }: Asked): string | undefined => headers.authorization?.replace('Bearer ', '');

@Injectable()
class MatrixGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Asked>();
    request.user = userWith(bearerOf(request));
    return request.user !== null;
  }
}

const GUARD: Login = {
  name: 'a guard of the host',
  settings: { ...withAuthenticator(guardAuthenticator(MatrixGuard)), providers: [MatrixGuard] },
  ...OWN_TOKENS,
};

@Injectable()
@TaskerAuthenticator()
class MatrixAuthenticator implements Authenticator {
  authenticate(request: unknown): TaskerUser | null {
    return userWith(bearerOf(request as Asked));
  }
}

@Module({ providers: [MatrixAuthenticator] })
class AccessModule {}

const CUSTOM: Login = { name: 'a marked class of the host', settings: { imports: [AccessModule] }, ...OWN_TOKENS };

function withAuthenticator(authenticator: Authenticator | typeof ApiTokenAuthenticator): Login['settings'] {
  return { tasker: { auth: { authenticators: [authenticator] } } };
}
