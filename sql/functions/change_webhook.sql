-- change_webhook: changes the fields in p_changes: url, filter, description, isEnabled. A disabled webhook still
-- receives the changes that committed before. When it is enabled again, it also receives those that commit from then
-- on.
-- Returns whether there is such a webhook.
create or replace function __schema__.change_webhook(p_webhook_id bigint, p_changes jsonb)
returns boolean language plpgsql as $$
declare
  v_is_enabled boolean := (p_changes ->> 'isEnabled')::boolean;
begin
  perform __schema__.lock_webhooks();
  update __schema__.webhooks w set
    url = coalesce(p_changes ->> 'url', w.url),
    filter = coalesce(p_changes -> 'filter', w.filter),
    description = case when p_changes ? 'description' then p_changes ->> 'description' else w.description end,
    updated_at = now()
  where w.webhook_id = p_webhook_id;
  if not found then
    return false;
  end if;
  -- Ids before the cursor are already handled, and would be kept for ever.
  update __schema__.webhooks w set
    is_enabled = v_is_enabled,
    (told_task, told_step) = (
      select
        case when v_is_enabled then w.told_task + i.task else __schema__.ids_after(w.told_task, c.after_task) - i.task end,
        case when v_is_enabled then w.told_step + i.step else __schema__.ids_after(w.told_step, c.after_step) - i.step end
      from __schema__.ids_to_come() i, __schema__.webhook_cursor c
    )
  where w.webhook_id = p_webhook_id and w.is_enabled <> v_is_enabled;
  return true;
end $$;
