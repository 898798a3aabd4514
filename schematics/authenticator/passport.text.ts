import type { TestRunner } from '../host/host.project';
import type { ClassNames } from '../writing/class.artefact';
import { Refusal } from '../writing/refusal';
import { testImports } from '../writing/test.text';
import type { AuthenticatorTexts } from './authenticator.texts';

/**
 * @param strategy name of the Passport strategy
 * @throws Refusal
 */
export function passport(strategy: string): AuthenticatorTexts {
  if (!/^[\w.-]+$/.test(strategy)) {
    throw new Refusal(`"${strategy}" cannot name a Passport strategy: use letters, digits, "-", "_" and ".".`);
  }
  return {
    isConstant: true,
    packages: { dependencies: ['@nestjs/passport', 'passport'], devDependencies: ['@types/passport'] },
    code: (names) => code(names, strategy),
    test: (names, runner) => test(names, runner, strategy),
    nextSteps: () => [
      `Provide the Passport strategy "${strategy}": a class that extends PassportStrategy(…, '${strategy}') of @nestjs/passport.`,
      'A strategy that reads a session cookie needs protection against other sites: see docs/http.md.',
    ],
  };
}

function code({ className }: ClassNames, strategy: string): string {
  return `import { TASKER_AUTHENTICATOR } from 'nestjs-tasker';
import { passportAuthenticator } from 'nestjs-tasker/passport';

/** What the strategy returns, as far as it is used. */
interface Account {
  readonly id: string;
  readonly roles?: readonly string[];
}

/** Accepts those whom the Passport strategy accepts. */
export const ${className} = {
  provide: TASKER_AUTHENTICATOR,
  useValue: passportAuthenticator('${strategy}', { user: ({ id, roles = [] }: Account) => ({ id, roles }) }),
};
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner, strategy: string): string {
  return `${testImports(runner, 'afterAll', 'describe', 'expect', 'it')}import passport from 'passport';
import { ${className} } from '${importedAs}';

/** Stands in for the strategy of the application. */
class StandIn extends passport.Strategy {
  constructor(readonly account: object | null) {
    super();
  }

  override authenticate(this: passport.StrategyCreated<this>): void {
    if (this.account) this.success(this.account);
    else this.fail(401);
  }
}

describe('${className}', () => {
  const userFor = (account: object | null) => {
    passport.use('${strategy}', new StandIn(account));
    return ${className}.useValue.authenticate({ headers: {} });
  };

  afterAll(() => passport.unuse('${strategy}'));

  it('makes a user of the account that the strategy finds', async () => {
    expect(await userFor({ id: 'ann', roles: ['viewer'] })).toEqual({ id: 'ann', roles: ['viewer'] });
    expect(await userFor({ id: 'bob' })).toEqual({ id: 'bob', roles: [] });
  });

  it('refuses those whom the strategy refuses', async () => {
    expect(await userFor(null)).toBeNull();
  });
});
`;
}
