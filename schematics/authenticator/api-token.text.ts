import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import { ROLES_NEXT } from './roles.text';

export const API_TOKEN: Omit<ClassArtefact, 'what' | 'role' | 'suffix' | 'token'> = {
  code,
  test,
  nextSteps: () => [
    'Create a token and its digest: token=$(openssl rand -hex 32); echo "$token"; printf %s "$token" | sha256sum',
    'Set TASKER_API_TOKENS to users, their roles and the digests of their tokens, such as "ann:viewer:5f2c…,ci:operator:90ab…". Without it, the application does not start.',
    ROLES_NEXT,
    'Clients send the token itself: "Authorization: Bearer <token>" or "X-API-Token: <token>".',
  ],
};

function code({ className }: ClassNames): string {
  return `import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Authenticator, TaskerUser } from 'nestjs-tasker';

/**
 * Environment variable with the users, their roles and the digests of their tokens, \`ann:viewer:5f2c…,ci:viewer+starter:90ab…\`. A
 * digest is the SHA-256 of a token in hex. A user may have several tokens, so that an old one can be replaced without a break.
 */
export const TOKENS_VARIABLE = 'TASKER_API_TOKENS';

interface KnownToken {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly digest: Buffer;
}

/**
 * Accepts tokens of random bytes in \`Authorization: Bearer …\` or \`X-API-Token\` (never passwords, which need a slow hash).
 * One instance serves all requests at once, so keep nothing of a request on it.
 */
@Injectable()
export class ${className} implements Authenticator {
  private readonly known = knownTokensFrom(process.env[TOKENS_VARIABLE]);

  authenticate(request: unknown): TaskerUser | null {
    const token = tokenOf(request);
    if (token === null) return null;
    const digest = digestOf(token);
    // All are compared in constant time, so that the duration reveals nothing about any of them.
    const match = this.known.filter((each) => timingSafeEqual(each.digest, digest)).at(0);
    return match === undefined ? null : { id: match.userId, roles: match.roles };
  }
}

function knownTokensFrom(text = ''): readonly KnownToken[] {
  const entries = text.split(',').map((entry) => entry.trim());
  const tokens = entries.filter((entry) => entry !== '').map(knownTokenFrom);
  if (tokens.length > 0) return tokens;
  throw new Error(\`\${TOKENS_VARIABLE} names no token: \${FORM}.\`);
}

/** The message does not repeat the entry, because it may be the token itself. */
function knownTokenFrom(entry: string): KnownToken {
  const [, userId, roles, digest] = /^([^:]+):([^:]+):([0-9a-f]{64})$/i.exec(entry) ?? [];
  if (userId === undefined || roles === undefined || digest === undefined) throw new Error(\`An entry of \${TOKENS_VARIABLE} cannot be read: \${FORM}.\`);
  return { userId, roles: roles.split('+'), digest: Buffer.from(digest, 'hex') };
}

const FORM = 'write "user:role:digest", several roles with a plus between them, the digest being the SHA-256 of the token in 64 hexadecimal digits';

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function tokenOf(request: unknown): string | null {
  const { headers } = request as { headers: Readonly<Record<string, unknown>> };
  const { authorization, 'x-api-token': token } = headers;
  if (typeof token === 'string' && token !== '') return token;
  return typeof authorization === 'string' ? (/^Bearer +(\\S+)$/i.exec(authorization)?.[1] ?? null) : null;
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { createHash, randomBytes } from 'node:crypto';
import { TOKENS_VARIABLE, ${className} } from '${importedAs}';

const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');

describe('${className}', () => {
  const [ann, bob] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  let authenticator: ${className};

  beforeAll(() => {
    process.env[TOKENS_VARIABLE] = \`ann:viewer:\${digestOf(ann)}, bob:viewer+starter:\${digestOf(bob)}\`;
    authenticator = new ${className}();
  });
  afterAll(() => {
    delete process.env[TOKENS_VARIABLE];
  });

  it('finds the user of a token', () => {
    expect(authenticator.authenticate({ headers: { authorization: \`Bearer \${ann}\` } })).toEqual({ id: 'ann', roles: ['viewer'] });
    expect(authenticator.authenticate({ headers: { 'x-api-token': bob } })).toEqual({ id: 'bob', roles: ['viewer', 'starter'] });
  });

  it('refuses a request without a token, a token that it does not know, and the digest of one', () => {
    expect(authenticator.authenticate({ headers: {} })).toBeNull();
    expect(authenticator.authenticate({ headers: { 'x-api-token': '' } })).toBeNull();
    expect(authenticator.authenticate({ headers: { 'x-api-token': \`\${ann}x\` } })).toBeNull();
    expect(authenticator.authenticate({ headers: { 'x-api-token': digestOf(ann) } })).toBeNull();
  });

  it.each(['', ',', 'ann', 'ann:', \`ann:viewer:\${'x'.repeat(64)}\`, \`ann:\${digestOf('ann')}\`, digestOf('ann')])('does not start with the tokens "%s"', (tokens) => {
    process.env[TOKENS_VARIABLE] = tokens;

    expect(() => new ${className}()).toThrow(TOKENS_VARIABLE);
  });

  it('does not repeat a token that was written in place of its digest', () => {
    process.env[TOKENS_VARIABLE] = \`ann:viewer:\${ann}00\`;

    const start = () => new ${className}();
    expect(start).toThrow(TOKENS_VARIABLE);
    expect(start).not.toThrow(ann);
  });
});
`;
}
