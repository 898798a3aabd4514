import type { TestRunner } from '../host/host.project';
import type { ClassArtefact, ClassNames } from '../writing/class.artefact';
import { testImports } from '../writing/test.text';

export const IDENTITY_STRATEGY: ClassArtefact = {
  what: 'identity strategy',
  role: 'identity',
  suffix: 'Identity',
  code,
  test,
  option: { group: 'identity', name: 'strategy' },
  nextSteps: () => [
    'Change identify() to return what makes two requests the same. It is called for requests without an idempotency key.',
    'The option identity.windowSeconds (default 60) says how long a request counts.',
  ],
};

function code({ className }: ClassNames): string {
  return `import { Injectable } from '@nestjs/common';
import type { IdentifiedRequest, IdentityStrategyContract } from 'nestjs-tasker';

/** Requests of one template for which it returns the same text start one task; with null, each starts its own. */
@Injectable()
export class ${className} implements IdentityStrategyContract {
  identify({ initiator, context }: IdentifiedRequest): string | null {
    const { requestId } = context;
    // Includes the initiator, so that nobody gets the task of somebody else.
    return typeof requestId === 'string' ? JSON.stringify([initiator, requestId]) : null;
  }
}
`;
}

function test({ className, importedAs }: ClassNames, runner: TestRunner): string {
  return `${testImports(runner, 'describe', 'expect', 'it')}import type { IdentifiedRequest } from 'nestjs-tasker';
import { ${className} } from '${importedAs}';

const REQUEST: IdentifiedRequest = {
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  context: { requestId: 'r1' },
  initiator: 'ann',
  sourceSystem: 'test',
  reason: 'test',
  bypassSteps: [],
};

describe('${className}', () => {
  const identify = (changes: Partial<IdentifiedRequest> = {}) => new ${className}().identify({ ...REQUEST, ...changes });

  it('takes equal requests of one user for the same, whatever else differs', () => {
    expect(identify({ reason: 'again' })).toBe(identify());
  });

  it('tells requests apart by their id, and by who asks', () => {
    expect(identify({ context: { requestId: 'r2' } })).not.toBe(identify());
    expect(identify({ initiator: 'bob' })).not.toBe(identify());
  });

  it('takes a request without an id for the same as none', () => {
    expect(identify({ context: {} })).toBeNull();
  });
});
`;
}
