-- derive_webhook_deliveries: stores the deliveries that were derived from the histories up to p_task and p_step, and
-- moves the cursor there. Does neither if another process has moved the cursor, or if a webhook was created, changed or
-- removed since the revision was read. p_told is [{webhookIds, change}].
-- Returns whether the deliveries were stored.
create or replace function __schema__.derive_webhook_deliveries(
  p_revision bigint, p_task bigint, p_step bigint, p_told jsonb
) returns boolean language plpgsql as $$
begin
  update __schema__.webhook_cursor c set after_task = p_task, after_step = p_step, revision = c.revision + 1
  where c.revision = p_revision;
  if not found then
    return false;
  end if;
  insert into __schema__.webhook_deliveries (webhook_id, change)
  select i.webhook_id::bigint, t.told -> 'change'
  from jsonb_array_elements(p_told) with ordinality t (told, place)
  cross join lateral jsonb_array_elements_text(t.told -> 'webhookIds') i (webhook_id)
  order by t.place;
  return true;
end $$;
