import { afterEach, describe, expect, it } from '@jest/globals';
import { RequestLedger } from '../../../lib/engine/request.ledger.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();
const host = lab.share({});
const hide = () => lab.query('alter table __schema__.idempotent_requests rename to elsewhere');
const show = () => lab.query('alter table if exists __schema__.elsewhere rename to idempotent_requests');
afterEach(show);

describe('a request with a key that fails', () => {
  const request = { caller: 'ann', key: 'k', fingerprint: 'print' };

  it('is told what failed, also where its key cannot be given back', async () => {
    const failing = host()
      .get(RequestLedger)
      .once(request, async () => {
        await hide();
        throw new Error('the work failed');
      });
    await expect(failing).rejects.toThrow('the work failed');
  });
});
