-- remove_old_webhook_deliveries: removes up to p_limit old deliveries. Those that were given up have their own age
-- limit. Skips locked ones.
-- Returns how many.
create or replace function __schema__.remove_old_webhook_deliveries(
  p_delivered_seconds double precision, p_failed_seconds double precision, p_limit integer
) returns integer language plpgsql as $$
declare
  v_count integer;
begin
  delete from __schema__.webhook_deliveries d where d.webhook_delivery_id in (
    select x.webhook_delivery_id from __schema__.webhook_deliveries x
    where x.due_at is null
      and coalesce(x.delivered_at, x.given_up_at) < now() - make_interval(secs => least(p_delivered_seconds, p_failed_seconds))
      and (
        x.delivered_at < now() - make_interval(secs => p_delivered_seconds)
        or x.given_up_at < now() - make_interval(secs => p_failed_seconds)
      )
    order by coalesce(x.delivered_at, x.given_up_at) limit p_limit for update skip locked
  );
  get diagnostics v_count = row_count;
  return v_count;
end $$;
