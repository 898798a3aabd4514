-- claim_webhook_deliveries: gives a process up to p_limit deliveries that are due, and to nobody else before p_lease_seconds
-- are over. At most p_share of one webhook, and none of those in p_without: a receiver that answers slowly holds up its own
-- deliveries, not those of others. Answers
-- [{id, claim, webhookId, url, secret, change, attempt}].
create or replace function __schema__.claim_webhook_deliveries(
  p_limit integer, p_share integer, p_without bigint[], p_lease_seconds double precision
) returns jsonb language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  v_claimed jsonb;
begin
  with due as materialized (
    select d.webhook_delivery_id, d.webhook_id, d.due_at
    from __schema__.webhooks w
    cross join lateral (
      select x.webhook_delivery_id, x.webhook_id, x.due_at from __schema__.webhook_deliveries x
      where x.webhook_id = w.webhook_id and x.due_at <= now()
      order by x.due_at limit p_share for update skip locked
    ) d
    where w.is_enabled and w.webhook_id <> all (p_without)
  ),
  -- The first of each webhook, then the second of each.
  chosen as (
    select d.webhook_delivery_id from due d
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
    'change', c.change, 'attempt', c.attempts
  ) order by c.webhook_delivery_id), '[]') into v_claimed
  from claimed c join __schema__.webhooks w on w.webhook_id = c.webhook_id;
  return v_claimed;
end $$;
