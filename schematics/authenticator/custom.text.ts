import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import { ROLES_NEXT } from './roles.text';

export const CUSTOM: Omit<ClassArtefact, 'what' | 'role' | 'suffix' | 'token'> = {
  code,
  test,
  nextSteps: () => [
    'Implement userOf(): until then, nobody is accepted.',
    ROLES_NEXT,
    'Return null for wrong credentials. Throw an AuthUnavailableError if the directory of users cannot be reached; the request is then refused with status 503.',
  ],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import type { Authenticator, TaskerUser } from 'nestjs-tasker';

/** Identifies the user of a request. One instance serves all requests at once, so keep nothing of a request on it. */
@Injectable()
export class ${className} implements Authenticator {
  /** Stands in for your directory of users, by credential: replace it with a service that a constructor injects. */
  private readonly users = new Map<string, TaskerUser>();

  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const credential = credentialOf(request);
    return credential === null ? null : this.userOf(credential);
  }

  /** Returns the user with its id and roles, or null for an invalid credential; throws an AuthUnavailableError in an outage. */
  private userOf(credential: string): Promise<TaskerUser | null> {
    return Promise.resolve(this.users.get(credential) ?? null);
  }
}

/** The text after \`Authorization: Bearer\`. Never log it. */
function credentialOf(request: unknown): string | null {
  const { headers } = request as { headers: Readonly<Record<string, unknown>> };
  const { authorization } = headers;
  return typeof authorization === 'string' ? (/^Bearer +(\\S+)$/i.exec(authorization)?.[1] ?? null) : null;
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import { ${className} } from '${importedAs}';

describe('${className}', () => {
  const authenticator = new ${className}();

  it('refuses a request without credentials', async () => {
    expect(await authenticator.authenticate({ headers: {} })).toBeNull();
  });

  it('refuses credentials that it does not know', async () => {
    expect(await authenticator.authenticate({ headers: { authorization: 'Bearer unknown' } })).toBeNull();
  });
});
`;
}
