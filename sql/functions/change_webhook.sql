-- change_webhook: changes what p_changes has of {url, filter, description, isEnabled}. Once enabled again, it is told of what
-- commits from then on. Answers whether there is such a webhook.
create or replace function __schema__.change_webhook(p_webhook_id bigint, p_changes jsonb)
returns boolean language plpgsql as $$
begin
  perform __schema__.lock_webhooks();
  update __schema__.webhooks w set (told_task, told_step) = (select i.task, i.step from __schema__.ids_to_come() i)
  where w.webhook_id = p_webhook_id and not w.is_enabled and (p_changes ->> 'isEnabled')::boolean;
  update __schema__.webhooks w set
    url = coalesce(p_changes ->> 'url', w.url),
    filter = coalesce(p_changes -> 'filter', w.filter),
    description = case when p_changes ? 'description' then p_changes ->> 'description' else w.description end,
    is_enabled = coalesce((p_changes ->> 'isEnabled')::boolean, w.is_enabled),
    updated_at = now()
  where w.webhook_id = p_webhook_id;
  return found;
end $$;
