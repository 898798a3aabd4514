import { beforeEach, describe, expect, it } from '@jest/globals';
import { usePersistence } from '../../support/persistence.js';

const persistence = usePersistence();
const { query } = persistence;

beforeEach(() => query('delete from __schema__.webhooks'));

async function create(isEnabled = true): Promise<string> {
  const [row] = await query<{ id: string }>(
    `select __schema__.create_webhook('http://127.0.0.1', 's', '{}', 'as it was', $1) as id`,
    isEnabled,
  );
  return row!.id;
}

/** Deliveries that have been due for as long. */
async function due(webhook: string, ...seconds: readonly number[]): Promise<void> {
  await query(
    `insert into __schema__.webhook_deliveries (webhook_id, change, due_at)
     select $1, '{}', now() - make_interval(secs => s) from unnest($2::integer[]) s`,
    webhook,
    seconds,
  );
}

/** The webhooks of the deliveries that a process is given. */
async function claimed(limit: number): Promise<string[]> {
  return claimedBy('claim_webhook_deliveries', `$1, 10, '{}', 60`, limit);
}

async function claimedBy(name: string, parameters: string, ...values: readonly unknown[]): Promise<string[]> {
  type Claimed = readonly { readonly webhookId: string }[];
  const [row] = await query<{ given: Claimed | { readonly claimed: Claimed } }>(
    `select __schema__.${name}(${parameters}) as given`,
    ...values,
  );
  const given = row!.given;
  return ('claimed' in given ? given.claimed : given).map(({ webhookId }) => webhookId).toSorted();
}

describe('the deliveries of webhooks', () => {
  it('wait while their webhook is disabled', async () => {
    const [enabled, disabled] = [await create(), await create(false)];
    for (const webhook of [enabled, disabled]) await due(webhook, 1);
    expect(await claimed(10)).toEqual([enabled]);
  });

  it('take turns: none comes first with all that it has', async () => {
    const [busy, quiet] = [await create(), await create()];
    await due(busy, 60, 50, 40);
    await due(quiet, 1);
    expect(await claimed(2)).toEqual([busy, quiet].toSorted());
  });
});

describe.each(['claim_webhook_deliveries', 'claim_deliveries_apart'])('receivers that hang, with %s', (name) => {
  const known = (quick: readonly string[], slow: readonly string[], others: number): Promise<string[]> =>
    claimedBy(name, `10, 3, '{}', 60, $1, $2, $3`, quick, slow, others);

  it('get one delivery each, and quick ones their share', async () => {
    const [quick, slow, unknown] = [await create(), await create(), await create()];
    for (const webhook of [quick, slow, unknown]) await due(webhook, 9, 8, 7, 6);
    expect(await known([quick], [slow], 5)).toEqual([quick, quick, quick, slow, unknown]);
  });

  it('get no more together than is left to them: unknown ones first, then as they are to be tried', async () => {
    const [quick, first, second, unknown] = [await create(), await create(), await create(), await create()];
    for (const webhook of [first, second]) await due(webhook, 90);
    for (const webhook of [quick, unknown]) await due(webhook, 1);
    expect(await known([quick], [first, second], 0)).toEqual([quick]);
    expect(await known([], [second, first], 1)).toEqual([unknown]);
    expect(await known([], [second, first], 1)).toEqual([second]);
    expect(await known([], [second, first], 5)).toEqual([first]);
  });
});

describe('the description of a webhook', () => {
  it.each([
    ['{"description": null}', null],
    ['{"description": "another"}', 'another'],
    ['{}', 'as it was'],
  ])('is changed by what names it: %s', async (changes, description) => {
    const webhook = await create();
    await query('select __schema__.change_webhook($1, $2)', webhook, changes);
    expect(await query('select description from __schema__.webhooks')).toEqual([{ description }]);
  });
});
