-- redeliver_webhook_deliveries: makes deliveries of a webhook due now, with all their attempts again: the given one, in
-- any state, or, if p_webhook_delivery_id is null, up to p_limit that were given up. Claims of running requests end:
-- their outcomes are ignored.
-- Returns how many.
create or replace function __schema__.redeliver_webhook_deliveries(
  p_webhook_id bigint, p_webhook_delivery_id bigint, p_limit integer
) returns integer language plpgsql as $$
declare
  v_count integer;
begin
  update __schema__.webhook_deliveries d set
    attempts = 0, claim = d.claim + 1, due_at = now(), delivered_at = null, given_up_at = null
  where d.webhook_delivery_id in (
    select x.webhook_delivery_id from __schema__.webhook_deliveries x
    where x.webhook_id = p_webhook_id
      and case when p_webhook_delivery_id is null then x.given_up_at is not null
        else x.webhook_delivery_id = p_webhook_delivery_id end
    order by x.webhook_delivery_id limit p_limit for update
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;
