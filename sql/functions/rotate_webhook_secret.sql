-- rotate_webhook_secret: replaces the secret of a webhook.
-- Returns whether it exists.
create or replace function __schema__.rotate_webhook_secret(p_id bigint, p_secret text) returns boolean language plpgsql as $$
begin
  update __schema__.webhooks set secret = p_secret, updated_at = now() where webhook_id = p_id;
  return found;
end $$;
