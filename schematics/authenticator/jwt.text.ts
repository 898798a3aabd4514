import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import { ROLES_NEXT } from './roles.text';

export const JWT: Omit<ClassArtefact, 'what' | 'role' | 'suffix' | 'token'> = {
  packages: { dependencies: { jose: '^6.2.18' }, esModules: ['jose'] },
  code,
  test,
  nextSteps: () => [
    'Set TASKER_JWT_SECRET to a secret of at least 32 bytes, such as `openssl rand -base64 48` creates. Without it, the application does not start.',
    'Tokens need the audience "tasker" and the claims sub, iat and exp. If yours differ, change REQUIREMENTS.',
    `${ROLES_NEXT} They come from the claim roles.`,
  ],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import type { Authenticator, TaskerUser } from 'nestjs-tasker';

/** Environment variable with the secret that signs tokens. */
export const SECRET_VARIABLE = 'TASKER_JWT_SECRET';

/** As long as the output of HS256 (RFC 7518, section 3.2). */
const MIN_SECRET_BYTES = 32;

/** A token needs all of this, so that none is valid for ever, and none that the same secret signed for another purpose is accepted. */
const REQUIREMENTS = {
  algorithms: ['HS256'],
  audience: 'tasker',
  maxTokenAge: '24 hours',
  requiredClaims: ['exp', 'sub'],
};

/** Accepts signed tokens: \`Authorization: Bearer …\`. One instance serves all requests at once, so keep nothing of a request on it. */
@Injectable()
export class ${className} implements Authenticator {
  private readonly secret = secretFrom(process.env[SECRET_VARIABLE]);

  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const token = bearerTokenOf(request);
    if (token === null) return null;
    try {
      const { payload } = await jwtVerify(token, this.secret, REQUIREMENTS);
      return typeof payload.sub === 'string' && payload.sub !== '' ? { id: payload.sub, roles: rolesIn(payload.roles) } : null;
    } catch (error) {
      // Such a token does not identify a user. Any other failure is not the caller's fault.
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

function rolesIn(claim: unknown): readonly string[] {
  return Array.isArray(claim) ? claim.filter((role) => typeof role === 'string') : [];
}

function secretFrom(text = ''): Uint8Array {
  const secret = new TextEncoder().encode(text);
  if (secret.length >= MIN_SECRET_BYTES) return secret;
  throw new Error(\`\${SECRET_VARIABLE} must have at least \${MIN_SECRET_BYTES} bytes, and has \${secret.length}.\`);
}

function bearerTokenOf(request: unknown): string | null {
  const { headers } = request as { headers: Readonly<Record<string, unknown>> };
  const { authorization } = headers;
  return typeof authorization === 'string' ? (/^Bearer +(\\S+)$/i.exec(authorization)?.[1] ?? null) : null;
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { randomBytes } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { SECRET_VARIABLE, ${className} } from '${importedAs}';

const SECRET = randomBytes(32).toString('hex');
const HOUR_S = 3_600;

const now = () => Math.floor(Date.now() / 1_000);
const claimsOf = (sub: string) => ({ sub, aud: 'tasker', iat: now(), exp: now() + HOUR_S });
const signed = (claims: Record<string, unknown>, { alg = 'HS256', secret = SECRET } = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
const requestWith = (token: string) => ({ headers: { authorization: \`Bearer \${token}\` } });

describe('${className}', () => {
  let authenticator: ${className};

  beforeAll(() => {
    process.env[SECRET_VARIABLE] = SECRET;
    authenticator = new ${className}();
  });
  afterAll(() => {
    delete process.env[SECRET_VARIABLE];
  });

  it('finds the user whom a token names, for requests at the same time too', async () => {
    const requests = ['ann', 'bob'].map(async (sub) => authenticator.authenticate(requestWith(await signed({ ...claimsOf(sub), roles: ['viewer', 7] }))));

    expect(await Promise.all(requests)).toEqual(['ann', 'bob'].map((id) => ({ id, roles: ['viewer'] })));
  });

  it('refuses a request without a token, and what is no token', async () => {
    expect(await authenticator.authenticate({ headers: {} })).toBeNull();
    expect(await authenticator.authenticate({ headers: { authorization: 'Basic YW5uOmFubg==' } })).toBeNull();
    expect(await authenticator.authenticate(requestWith('x.y.z'))).toBeNull();
  });

  it.each([
    ['has expired', { exp: now() - HOUR_S }],
    ['never expires', { exp: undefined }],
    ['is older than a day', { iat: now() - 25 * HOUR_S }],
    ['does not say how old it is', { iat: undefined }],
    ['is for others', { aud: 'shop' }],
    ['names nobody', { sub: undefined }],
    ['names nobody in particular', { sub: '' }],
  ])('refuses a token that %s', async (_why, claims) => {
    const token = await signed({ ...claimsOf('ann'), ...claims });

    expect(await authenticator.authenticate(requestWith(token))).toBeNull();
  });

  it('refuses a token that another secret signed, or another algorithm, or none', async () => {
    const claims = claimsOf('ann');
    const foreign = await signed(claims, { secret: randomBytes(32).toString('hex') });
    const other = await signed(claims, { alg: 'HS512' });
    const unsigned = new UnsecuredJWT(claims).encode();

    for (const token of [foreign, other, unsigned]) {
      expect(await authenticator.authenticate(requestWith(token))).toBeNull();
    }
  });

  it.each(['', 'x'.repeat(31)])('does not start with the secret "%s"', (secret) => {
    process.env[SECRET_VARIABLE] = secret;

    expect(() => new ${className}()).toThrow('at least 32 bytes');
  });
});
`;
}
