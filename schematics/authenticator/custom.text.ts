import type { TestRunner } from '../host/host.project';
import type { ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';
import type { AuthenticatorTexts } from './authenticator.texts';

export const CUSTOM: AuthenticatorTexts = {
  code,
  test,
  nextSteps: () => ['Replace the map of users: until then, nobody is accepted.'],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import { TaskerAuthenticator, type Authenticator, type TaskerUser } from 'nestjs-tasker';

/** Identifies the user of a request. One instance serves all requests at once, so keep nothing of a request on it. */
@Injectable()
@TaskerAuthenticator()
export class ${className} implements Authenticator {
  /** Stands in for your directory of users, by API key: replace it with a service that a constructor injects. */
  private readonly users = new Map<string, TaskerUser>();

  /** Returns null for wrong credentials. During an outage of the directory, throw an AuthUnavailableError. */
  authenticate(request: unknown): TaskerUser | null {
    const { headers } = request as { headers: Readonly<Record<string, string | undefined>> };
    return this.users.get(headers['x-api-key'] ?? '') ?? null;
  }
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import { ${className} } from '${importedAs}';

describe('${className}', () => {
  it.each([{}, { 'x-api-key': '' }, { 'x-api-key': 'unknown' }])('refuses the headers %j', (headers) => {
    expect(new ${className}().authenticate({ headers })).toBeNull();
  });
});
`;
}
