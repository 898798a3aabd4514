import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';

export const CUSTOM: Omit<ClassArtefact, 'what' | 'role' | 'suffix' | 'token'> = {
  code,
  test,
  nextSteps: () => [
    'Until you fill in userOf(), nobody is accepted.',
    'An error refuses the request with status 500: throw one when the directory of users cannot be reached, and answer null for wrong credentials.',
  ],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import type { Authenticator, TaskerUser } from 'nestjs-tasker';

/** Finds out who asks. It serves all requests at once, so it keeps nothing of one. */
@Injectable()
export class ${className} implements Authenticator {
  /** Stands in for what you know of users, by what proves who they are: inject a service here by a constructor. */
  private readonly users = new Map<string, TaskerUser>();

  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const credential = credentialOf(request);
    return credential === null ? null : this.userOf(credential);
  }

  /** Null for a credential that proves nothing; an outage is an error. */
  private userOf(credential: string): Promise<TaskerUser | null> {
    return Promise.resolve(this.users.get(credential) ?? null);
  }
}

/** The text behind \`Authorization: Bearer\`. Never log it. */
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
