-- claim_webhook_deliveries: claims up to p_limit due deliveries for a process. No other process gets them before
-- p_lease_seconds are over. At most p_share are of one webhook, and none of those in p_without: a slow receiver delays
-- only its own deliveries.
--
-- If p_quick is given, it lists the webhooks whose receivers are known to answer in time. Of each other webhook, one
-- delivery is claimed, and at most p_others of these together: first of webhooks that are not in p_slow, then in the
-- order of p_slow.
-- Returns [{id, claim, webhookId, url, secret, scope, change, attempt}].
create or replace function __schema__.claim_webhook_deliveries(
  p_limit integer, p_share integer, p_without bigint[], p_lease_seconds double precision,
  p_quick bigint[] default null, p_slow bigint[] default '{}', p_others integer default 0
) returns jsonb language plpgsql as $$
declare
  v_claimed jsonb;
begin
  with due as materialized (
    select d.webhook_delivery_id, d.webhook_id, d.due_at, k.is_quick
    from __schema__.webhooks w
    cross join lateral (select p_quick is null or w.webhook_id = any (p_quick) as is_quick) k
    cross join lateral (
      select x.webhook_delivery_id, x.webhook_id, x.due_at from __schema__.webhook_deliveries x
      where x.webhook_id = w.webhook_id and x.due_at <= now()
      order by x.due_at limit case when k.is_quick then p_share else 1 end for update skip locked
    ) d
    where w.is_enabled and w.webhook_id <> all (p_without) and (k.is_quick or p_others > 0)
  ),
  placed as (
    select d.*, row_number() over (
      partition by d.is_quick order by array_position(p_slow, d.webhook_id) nulls first, d.due_at
    ) as place
    from due d
  ),
  -- First the first delivery of each webhook, then the second of each.
  chosen as (
    select d.webhook_delivery_id from placed d
    where d.is_quick or d.place <= p_others
    order by row_number() over (partition by d.webhook_id order by d.due_at), d.due_at
    limit p_limit
  ),
  claimed as (
    update __schema__.webhook_deliveries d set
      attempts = d.attempts + 1, claim = d.claim + 1, due_at = now() + make_interval(secs => p_lease_seconds)
    from chosen c where d.webhook_delivery_id = c.webhook_delivery_id
    returning d.webhook_delivery_id, d.webhook_id, d.change, d.attempts, d.claim
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', c.webhook_delivery_id::text, 'claim', c.claim::text, 'webhookId', c.webhook_id::text, 'url', w.url, 'secret', w.secret,
    'scope', w.scope, 'change', c.change, 'attempt', c.attempts
  ) order by c.webhook_delivery_id), '[]') into v_claimed
  from claimed c join __schema__.webhooks w on w.webhook_id = c.webhook_id;
  return v_claimed;
end $$;

select __schema__._pin_planner('claim_webhook_deliveries');
