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
  const [row] = await query<{ given: readonly { readonly webhookId: string }[] }>(
    `select __schema__.claim_webhook_deliveries($1, 10, '{}', 60) as given`,
    limit,
  );
  return row!.given.map(({ webhookId }) => webhookId).toSorted();
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
