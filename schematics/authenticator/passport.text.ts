import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import { ROLES_NEXT } from './roles.text';

/** @param strategy name of the Passport strategy */
export function passport(strategy: string): Omit<ClassArtefact, 'what' | 'role' | 'suffix' | 'token'> {
  return {
    packages: { dependencies: { passport: '^0.7.0' }, devDependencies: { '@types/passport': '^1.0.17' } },
    code: (names) => code(names, strategy),
    test,
    nextSteps: () => [
      `It uses the Passport strategy "${strategy}". Register it with passport.use(…), or as a provider that extends PassportStrategy(…) of @nestjs/passport.`,
      'The user that the strategy finds must have an id, which names the user in the history of tasks.',
      `${ROLES_NEXT} They are the field roles of the user, a list of names.`,
      'A strategy that reads a session cookie needs protection against other sites: see "Other sites" in docs/http.md.',
    ],
  };
}

function code({ className }: ClassNames, strategy: string): string {
  return `import { Injectable } from '@nestjs/common';
import type { Authenticator, TaskerUser } from 'nestjs-tasker';
import passport from 'passport';

/** Name of the Passport strategy that identifies the user. */
export const STRATEGY = '${strategy}';

type Middleware = (request: unknown, response: object, next: (error?: Error) => void) => void;

/** Accepts whom the Passport strategy accepts. One instance serves all requests at once, so keep nothing of a request on it. */
@Injectable()
export class ${className} implements Authenticator {
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    return taskerUserOf(await passportUserOf(request));
  }
}

/** Null if the strategy refuses the request. An error that it reports is thrown, because it does not mean a wrong password. */
function passportUserOf(request: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, user: unknown): void => (error ? reject(error) : resolve(user || null));
    const ask = passport.authenticate(STRATEGY, { session: false }, answer) as Middleware;
    // A strategy that redirects the browser to log in has not identified the user.
    const response = { setHeader: () => undefined, end: () => resolve(null) };
    ask(request, response, (error) => (error ? reject(error) : resolve(null)));
  });
}

function taskerUserOf(user: unknown): TaskerUser | null {
  if (user === null) return null;
  const { id, roles } = user as { readonly id?: unknown; readonly roles?: unknown };
  const names = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  if ((typeof id === 'string' && id !== '') || typeof id === 'number') return { id: String(id), roles: names };
  throw new Error(\`The Passport strategy "\${STRATEGY}" answered with a user that has no id.\`);
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'afterEach', 'describe', 'expect', 'it')}import passport from 'passport';
import { STRATEGY, ${className} } from '${importedAs}';

type Decision = (strategy: passport.StrategyCreated<passport.Strategy>, id: string) => void;

/** Stands in for the strategy of the application; \`decide\` gives its answer. */
const standIn = (decide: Decision) => {
  const strategy = new passport.Strategy();
  strategy.authenticate = function (request) {
    setImmediate(() => decide(this, String(request.headers['x-id'])));
  };
  return strategy;
};

describe('${className}', () => {
  const authenticator = new ${className}();
  const authenticate = (decide: Decision, id = 'ann') => {
    passport.use(STRATEGY, standIn(decide));
    return authenticator.authenticate({ headers: { 'x-id': id } });
  };

  afterEach(() => passport.unuse(STRATEGY));

  it('finds the user whom the strategy accepts, for requests at the same time too', async () => {
    const users = await Promise.all(
      ['ann', 'bob'].map((name) => authenticate((strategy, id) => strategy.success({ id, roles: ['viewer', 7] }), name)),
    );

    expect(users).toEqual(['ann', 'bob'].map((id) => ({ id, roles: ['viewer'] })));
    expect(await authenticate((strategy) => strategy.success({ id: 7 }))).toEqual({ id: '7', roles: [] });
  });

  it('refuses whom the strategy refuses, passes over, or sends elsewhere', async () => {
    expect(await authenticate((strategy) => strategy.fail('wrong password', 401))).toBeNull();
    expect(await authenticate((strategy) => strategy.pass())).toBeNull();
    expect(await authenticate((strategy) => strategy.redirect('https://login.example.com'))).toBeNull();
  });

  it('passes on the error of a strategy', async () => {
    await expect(authenticate((strategy) => strategy.error(new Error('no directory')))).rejects.toThrow('no directory');
  });

  it('accepts no user without an id', async () => {
    await expect(authenticate((strategy) => strategy.success({ name: 'Ann' }))).rejects.toThrow('has no id');
  });
});
`;
}
