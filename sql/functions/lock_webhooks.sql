-- lock_webhooks: must be called before a webhook is created, changed or removed. Deliveries that are being derived from
-- the previous webhooks are then dropped (see derive_webhook_deliveries), so that a webhook misses no change after its
-- creation, and its present filter applies. All writers of webhooks lock the cursor first.
create or replace function __schema__.lock_webhooks() returns void language sql as $$
  update __schema__.webhook_cursor set revision = revision + 1;
$$;
