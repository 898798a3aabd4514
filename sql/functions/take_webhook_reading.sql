-- take_webhook_reading: makes a process the one that derives deliveries, for p_lease_seconds, unless another one is. Answers
-- {after: {task, step}, revision, webhooks: [{id, filter, since: {task, step}}]}, or null where there is nothing to do for it.
--
-- Only spares the others the work: who derives what is decided by derive_webhook_deliveries. The row is written to when half
-- of the lease is over, not at each look.
create or replace function __schema__.take_webhook_reading(p_reader text, p_lease_seconds double precision)
returns jsonb language plpgsql as $$
declare
  v_cursor __schema__.webhook_cursor;
  v_answer jsonb;
begin
  if not exists (select 1 from __schema__.webhooks w where w.is_enabled) then
    return null;
  end if;
  select * into v_cursor from __schema__.webhook_cursor;
  if v_cursor.reader is distinct from p_reader and v_cursor.read_until > now() then
    return null;
  end if;
  if v_cursor.reader is distinct from p_reader or v_cursor.read_until < now() + make_interval(secs => p_lease_seconds / 2) then
    update __schema__.webhook_cursor c set reader = p_reader, read_until = now() + make_interval(secs => p_lease_seconds)
    where c.reader is not distinct from v_cursor.reader;
    if not found then
      return null;
    end if;
  end if;
  -- One statement, so that the revision is that of these webhooks.
  select jsonb_build_object(
    'after', jsonb_build_object(
      'task', greatest(c.after_task, min(w.since_task))::text, 'step', greatest(c.after_step, min(w.since_step))::text
    ),
    'revision', c.revision::text,
    'webhooks', jsonb_agg(jsonb_build_object(
      'id', w.webhook_id::text, 'filter', w.filter,
      'since', jsonb_build_object('task', w.since_task::text, 'step', w.since_step::text)
    ))
  ) into v_answer
  from __schema__.webhook_cursor c cross join __schema__.webhooks w
  where w.is_enabled
  group by c.after_task, c.after_step, c.revision;
  return v_answer;
end $$;
