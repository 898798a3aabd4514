import { afterEach, describe, expect, it } from '@jest/globals';
import { IdempotentRequests } from '../../../lib/engine/idempotent.requests.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();
const host = lab.share({});
const NEVER = '__schema__.keep_keys';

/** A rule of the host's that lets no key be given back. */
async function keepKeys(): Promise<void> {
  await lab.query(`create function ${NEVER}() returns trigger language plpgsql as $$ begin raise 'not now'; end $$`);
  await lab.query(
    `create trigger keep before delete on __schema__.idempotent_requests for each row execute function ${NEVER}()`,
  );
}
afterEach(() => lab.query(`drop function ${NEVER} cascade`));

describe('a request with a key that fails', () => {
  const request = { caller: 'ann', key: 'k', fingerprint: 'print' };

  it('is told what failed, also where its key cannot be given back', async () => {
    const failing = host()
      .get(IdempotentRequests)
      .once(request, async () => {
        await keepKeys();
        throw new Error('the work failed');
      });
    await expect(failing).rejects.toThrow('the work failed');
  });
});
