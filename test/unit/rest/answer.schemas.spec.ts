import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { schemasFile } from '../../../scripts/schemas.mjs';

describe('the schemas of bodies over HTTP', () => {
  it('are those of the types: otherwise run `npm run schemas`', async () => {
    expect(readFileSync('lib/api/answer.schemas.ts', 'utf8')).toBe(await schemasFile());
  });
});
