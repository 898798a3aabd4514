import { afterEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { patiently } from '../../../lib/persistence/start.patience.js';

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

afterEach(() => void jest.restoreAllMocks());

it('a start that the database is away for is tried again, and says so once', async () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const work = jest.fn<() => Promise<string>>().mockRejectedValueOnce(away).mockRejectedValueOnce(away);
  expect(await patiently('read the schema', work.mockResolvedValue('read'))).toBe('read');
  expect(work).toHaveBeenCalledTimes(3);
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/^Cannot read the schema: .*\. Retrying for 30 s\.$/)]]);
});

it('a start that fails otherwise fails at once', async () => {
  const work = jest.fn<() => Promise<void>>().mockRejectedValue(new Error('the schema is too old'));
  await expect(patiently('read the schema', work)).rejects.toThrow('too old');
  expect(work).toHaveBeenCalledTimes(1);
});
