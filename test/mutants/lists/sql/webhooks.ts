import type { MutantsOfFile } from '../../mutant.js';
import {
  deliveryWorkers,
  delivering,
  deriving,
  refusedDeliveries,
  restWebhooks,
  telling,
  webhookRows,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/claim_webhook_deliveries.sql',
    tests: [webhookRows, deliveryWorkers, delivering, refusedDeliveries],
    mutants: [
      {
        mistake: 'claims for webhooks that are disabled',
        find: 'where w.is_enabled and w.webhook_id',
        replace: 'where w.webhook_id',
      },
      {
        mistake: 'claims for webhooks that have enough',
        find: 'and w.webhook_id <> all (p_without)',
        replace: 'and p_without is not null',
      },
      {
        mistake: 'claims before the wait is over',
        find: `and x.due_at <= now()
`,
        replace: `and x.due_at is not null
`,
      },
      {
        mistake: 'waits for rows that another claims',
        find: 'then p_share else 1 end for update skip locked',
        replace: 'then p_share else 1 end for update',
      },
      {
        mistake: 'gives a row to two processes',
        find: 'then p_share else 1 end for update skip locked',
        replace: 'then p_share else 1 end',
      },
      {
        mistake: 'gives receivers that hang all that is asked for',
        find: 'where d.is_quick or d.place <= p_others',
        replace: 'where d.is_quick or d.place > 0',
      },
      {
        mistake: 'claims the same receivers that hang again and again',
        find: 'order by array_position(p_slow, d.webhook_id) nulls first, d.due_at',
        replace: 'order by d.due_at',
      },
      {
        mistake: 'lets one webhook come first with all it has',
        find: 'order by row_number() over (partition by d.webhook_id order by d.due_at), d.due_at',
        replace: 'order by d.due_at',
      },
      {
        mistake: 'lets the claim before this one count, too',
        find: 'claim = d.claim + 1, due_at',
        replace: 'claim = d.claim, due_at',
      },
    ],
  },
  {
    file: 'sql/functions/claim_deliveries_apart.sql',
    tests: [webhookRows],
    mutants: [
      {
        mistake: 'gives receivers that hang all that is asked for',
        find: 'continue when not v_due.is_quick and v_others >= p_others;',
        replace: '',
      },
      {
        mistake: 'gives a receiver that hangs its share',
        find: 'v_share >= case when v_due.is_quick then p_share else 1 end',
        replace: 'v_share >= p_share',
      },
    ],
  },
  {
    file: 'sql/functions/finish_webhook_delivery.sql',
    tests: [delivering],
    mutants: [{ mistake: 'lets a claim that ran out count', find: 'and d.claim = p_claim and', replace: 'and' }],
  },
  {
    file: 'sql/functions/derive_webhook_deliveries.sql',
    tests: [deriving],
    mutants: [
      { mistake: 'derives from webhooks as they were', find: 'where c.revision = p_revision;', replace: 'where true;' },
    ],
  },
  {
    file: 'sql/functions/take_webhook_reading.sql',
    tests: [deriving],
    mutants: [
      {
        mistake: 'lets two processes derive',
        find: 'if v_cursor.reader is distinct from p_reader and v_cursor.read_until > now() then',
        replace: 'if false then',
      },
      {
        mistake: 'never takes over from a process that died',
        find: 'and v_cursor.read_until > now() then',
        replace: 'then',
      },
    ],
  },
  {
    file: 'sql/functions/redeliver_webhook_deliveries.sql',
    tests: [delivering, restWebhooks],
    mutants: [
      {
        mistake: 'lets requests under way count',
        find: 'attempts = 0, claim = d.claim + 1',
        replace: 'attempts = 0, claim = d.claim',
      },
      {
        mistake: 'makes deliveries again that were delivered',
        find: `then x.given_up_at is not null
`,
        replace: `then true
`,
      },
    ],
  },
  {
    file: 'sql/functions/remove_old_webhook_deliveries.sql',
    tests: [delivering, telling],
    mutants: [
      {
        mistake: 'removes those that are due',
        find: `where x.due_at is null
`,
        replace: `where true
`,
        equivalent: 'what is due is neither delivered nor given up, so it is not older than anything',
      },
      {
        mistake: 'keeps what was given up no longer than what was delivered',
        find: 'x.given_up_at < now() - make_interval(secs => p_failed_seconds)',
        replace: 'x.given_up_at < now() - make_interval(secs => p_delivered_seconds)',
      },
    ],
  },
  {
    file: 'sql/functions/create_webhook.sql',
    tests: [deriving, telling],
    mutants: [
      {
        mistake: 'lets deliveries be derived without the new webhook',
        find: 'perform __schema__.lock_webhooks();',
        replace: '',
      },
      {
        mistake: 'tells a disabled webhook',
        find: `case when p_is_enabled then i.task else '{}' end`,
        replace: 'i.task',
      },
    ],
  },
  {
    file: 'sql/functions/change_webhook.sql',
    tests: [webhookRows, deriving, restWebhooks],
    mutants: [
      {
        mistake: 'forgets what committed before it was disabled',
        find: '__schema__.ids_after(w.told_task, c.after_task) - i.task',
        replace: `'{}'::int8multirange`,
      },
      {
        mistake: 'cannot take a description away',
        find: `case when p_changes ? 'description' then p_changes ->> 'description' else w.description end`,
        replace: `coalesce(p_changes ->> 'description', w.description)`,
      },
    ],
  },
];
