-- create_webhook: creates a webhook. It receives changes that commit from now on, or after it is enabled, of tasks in
-- p_scope (null for all).
-- Returns its id.
create or replace function __schema__.create_webhook(
  p_url text, p_secret text, p_filter jsonb, p_description text, p_is_enabled boolean, p_scope jsonb default null
) returns bigint language plpgsql as $$
declare
  v_id bigint;
begin
  perform __schema__.lock_webhooks();
  insert into __schema__.webhooks (url, secret, filter, description, is_enabled, scope, told_task, told_step)
  select p_url, p_secret, p_filter, p_description, p_is_enabled, p_scope,
    case when p_is_enabled then i.task else '{}' end, case when p_is_enabled then i.step else '{}' end
  from __schema__.ids_to_come() i
  returning webhook_id into v_id;
  return v_id;
end $$;
