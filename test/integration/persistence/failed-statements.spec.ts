import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Database } from '../../../lib/persistence/database.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();

describe('a statement that fails', () => {
  it('does not tell what it was given', async () => {
    const host = await lab.open({});
    const failing = host.get(Database).query('select $1::text::integer', ['whsec_secret']);
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(inspect({ ...(error as object) }, { depth: 1 })).not.toMatch(/parameters/);
  });
});
