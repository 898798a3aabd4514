-- remove_webhook: removes a webhook with its deliveries.
-- Returns whether it existed.
create or replace function __schema__.remove_webhook(p_webhook_id bigint) returns boolean language plpgsql as $$
begin
  perform __schema__.lock_webhooks();
  delete from __schema__.webhooks w where w.webhook_id = p_webhook_id;
  return found;
end $$;
