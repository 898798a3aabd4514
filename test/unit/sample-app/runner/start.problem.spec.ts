import { describe, expect, it } from '@jest/globals';
import { PermanentError } from 'nestjs-tasker';
import { explain, StartProblem } from '../../../../sample-app/runner/start.problem.js';

describe('a problem at the start', () => {
  it('is one sentence when the user can mend it', () => {
    expect(explain(new StartProblem('Do this.'))).toBe('Do this.');
    expect(explain(new PermanentError('Do that.'))).toBe('Do that.');
  });

  it('says what a missing permission needs', () => {
    const refused = Object.assign(new Error('permission denied for schema public'), { code: '42501' });
    expect(explain(new Error('query failed', { cause: refused }))).toMatch(
      /^The user of DATABASE_URL may not create tables .* grant it CREATE/,
    );
  });

  it('keeps its stack when only a developer can help', () => {
    expect(explain(new Error('what?'))).toContain('start.problem.spec');
  });
});
