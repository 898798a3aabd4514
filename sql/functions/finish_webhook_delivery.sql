-- finish_webhook_delivery: records the outcome of an attempt: `delivered`; `retry`, after a wait; `failed` for good; or
-- `released`, as if it had not begun. The outcome is ignored if another process has claimed the delivery, or if a
-- redelivery was requested.
-- Returns whether it was recorded.
create or replace function __schema__.finish_webhook_delivery(
  p_webhook_delivery_id bigint, p_claim bigint, p_outcome text, p_status integer, p_error text,
  p_after_seconds double precision
) returns boolean language plpgsql as $$
begin
  update __schema__.webhook_deliveries d set
    attempts = case when p_outcome = 'released' then d.attempts - 1 else d.attempts end,
    due_at = case p_outcome
      when 'retry' then now() + make_interval(secs => p_after_seconds)
      when 'released' then now()
    end,
    delivered_at = case when p_outcome = 'delivered' then now() end,
    given_up_at = case when p_outcome = 'failed' then now() end,
    last_status = case when p_outcome = 'released' then d.last_status else p_status end,
    last_error = case when p_outcome = 'released' then d.last_error else p_error end
  where d.webhook_delivery_id = p_webhook_delivery_id and d.claim = p_claim and d.due_at is not null;
  return found;
end $$;
