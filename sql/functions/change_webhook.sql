-- change_webhook: changes what p_changes has of {url, filter, description, isEnabled}. Once enabled again, it is told of what
-- changes from then on. Answers whether there is such a webhook.
create or replace function __schema__.change_webhook(p_webhook_id bigint, p_changes jsonb)
returns boolean language plpgsql as $$
declare
  v_ids jsonb;
begin
  perform __schema__.lock_webhooks();
  v_ids := __schema__.ids_given_out();
  update __schema__.webhooks w set
    url = coalesce(p_changes ->> 'url', w.url),
    filter = coalesce(p_changes -> 'filter', w.filter),
    description = case when p_changes ? 'description' then p_changes ->> 'description' else w.description end,
    is_enabled = x.is_enabled,
    since_task = case when x.is_enabled and not w.is_enabled then (v_ids ->> 'task')::bigint else w.since_task end,
    since_step = case when x.is_enabled and not w.is_enabled then (v_ids ->> 'step')::bigint else w.since_step end,
    updated_at = now()
  from (
    select o.webhook_id, coalesce((p_changes ->> 'isEnabled')::boolean, o.is_enabled) as is_enabled
    from __schema__.webhooks o where o.webhook_id = p_webhook_id
  ) x
  where w.webhook_id = x.webhook_id;
  return found;
end $$;
