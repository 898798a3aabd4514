import type { TestRunner } from '../host/host.project';
import type { ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import type { AuthenticatorTexts } from './authenticator.texts';

export const JWT: AuthenticatorTexts = {
  packages: { esModules: ['jose'] },
  code: (names) =>
    code(names, 'tokens that are signed with a secret', [
      "issuer: 'login',",
      "audience: 'tasker',",
      "secret: process.env.TASKER_JWT_SECRET ?? '', // 32 bytes at least",
    ]),
  test: jwtTest,
  nextSteps: () => [
    'Set TASKER_JWT_SECRET to a secret of at least 32 bytes, such as `openssl rand -base64 48` creates. Without it, the application does not start.',
    'Set issuer and audience to the claims iss and aud of your tokens, which also need sub, iat and exp.',
  ],
};

export const OPENID: AuthenticatorTexts = {
  packages: { esModules: ['jose'] },
  code: (names) =>
    code(names, 'tokens of a provider of OpenID Connect', [
      "issuer: process.env.TASKER_ISSUER ?? '', // its https URL",
      "audience: 'tasker',",
    ]),
  test: openidTest,
  nextSteps: () => [
    'Set TASKER_ISSUER to the URL of your provider, such as https://login.example.com/. Without it, the application does not start.',
    'Set audience to the claim aud of your tokens.',
  ],
};

function code({ className }: ClassNames, accepted: string, options: readonly string[]): string {
  return `import { Injectable } from '@nestjs/common';
import { JwtAuthenticator, TaskerAuthenticator } from 'nestjs-tasker';

/** Accepts ${accepted}: \`Authorization: Bearer …\`. The claim \`roles\` has the roles of the user. */
@Injectable()
@TaskerAuthenticator()
export class ${className} extends JwtAuthenticator {
  constructor() {
    super({
      ${options.join('\n      ')}
    });
  }
}
`;
}

function jwtTest({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterAll', 'beforeAll', 'describe', 'expect', 'it')}import { createHmac, randomBytes } from 'node:crypto';
import { ${className} } from '${importedAs}';

const SECRET = randomBytes(32).toString('hex');

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
const requestWith = (changes: object = {}, secret = SECRET) => {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'login', aud: 'tasker', sub: 'ann', roles: ['viewer'], iat: now, exp: now + 60, ...changes };
  const signed = \`\${encoded({ alg: 'HS256' })}.\${encoded(claims)}\`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64url');
  return { headers: { authorization: \`Bearer \${signed}.\${signature}\` } };
};

describe('${className}', () => {
  let authenticator: ${className};

  beforeAll(() => {
    process.env.TASKER_JWT_SECRET = SECRET;
    authenticator = new ${className}();
  });
  afterAll(() => {
    delete process.env.TASKER_JWT_SECRET;
  });

  it('finds the user of a token', async () => {
    expect(await authenticator.authenticate(requestWith())).toMatchObject({ id: 'ann', roles: ['viewer'] });
  }, 60_000);

  it.each([
    ['no token', { headers: {} }],
    ['a token of another issuer', requestWith({ iss: 'other' })],
    ['a token for another audience', requestWith({ aud: 'other' })],
    ['a token that never expires', requestWith({ exp: undefined })],
    ['a token that another secret signed', requestWith({}, randomBytes(32).toString('hex'))],
  ])('refuses %s', async (_, request) => {
    expect(await authenticator.authenticate(request)).toBeNull();
  });
});
`;
}

function openidTest({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterEach', 'describe', 'expect', 'it')}import { ${className} } from '${importedAs}';

describe('${className}', () => {
  const withIssuer = (issuer: string) => {
    process.env.TASKER_ISSUER = issuer;
    return new ${className}();
  };

  afterEach(() => {
    delete process.env.TASKER_ISSUER;
  });

  it('refuses a request without a token', async () => {
    expect(await withIssuer('https://login.example.com/').authenticate({ headers: {} })).toBeNull();
  });

  it.each(['', 'login', 'http://login.example.com/'])('does not start with the issuer "%s"', (issuer) => {
    expect(() => withIssuer(issuer)).toThrow('issuer must be');
  });
});
`;
}
