-- take_webhook_reading: makes a process the one that derives deliveries, for p_lease_seconds, unless another one is. Answers
-- {after: {task, step}, revision, webhooks: [{id, filter, told: {task, step}}]}, or null where another one is; the ids that a
-- webhook is told of are [[from, until]], until null: without an end. Where no webhook is enabled the cursor is to be moved all
-- the same, for the next one to be created (see ids_to_come).
--
-- Only spares the others the work: who derives what is decided by derive_webhook_deliveries. The row is written to when half
-- of the lease is over, not at each look.
create or replace function __schema__.take_webhook_reading(p_reader text, p_lease_seconds double precision)
returns jsonb language plpgsql as $$
declare
  v_cursor __schema__.webhook_cursor;
  v_answer jsonb;
begin
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
  -- One statement, so that the revision is that of these webhooks. What is before the first id that somebody is told of need
  -- not be read, and of what is before the cursor nobody is told again.
  select jsonb_build_object(
    'after', jsonb_build_object(
      'task', greatest(c.after_task, min(lower(w.told_task)) - 1)::text,
      'step', greatest(c.after_step, min(lower(w.told_step)) - 1)::text
    ),
    'revision', c.revision::text,
    'webhooks', coalesce(jsonb_agg(jsonb_build_object(
      'id', w.webhook_id::text, 'filter', w.filter,
      'told', jsonb_build_object(
        'task', __schema__.ranges_after(w.told_task, c.after_task), 'step', __schema__.ranges_after(w.told_step, c.after_step)
      )
    )) filter (where w.webhook_id is not null), '[]')
  ) into v_answer
  from __schema__.webhook_cursor c left join __schema__.webhooks w on w.is_enabled
  group by c.after_task, c.after_step, c.revision;
  return v_answer;
end $$;
