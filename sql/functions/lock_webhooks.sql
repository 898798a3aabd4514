-- lock_webhooks: to be called before a webhook is created, changed or removed. Deliveries that are being derived from the
-- webhooks as they were then come to nothing (see derive_webhook_deliveries), so that a webhook misses nothing that comes after
-- its creation, and is told by its filter as it is. Whoever writes webhooks locks the cursor first.
create or replace function __schema__.lock_webhooks() returns void language sql as $$
  update __schema__.webhook_cursor set revision = revision + 1;
$$;
