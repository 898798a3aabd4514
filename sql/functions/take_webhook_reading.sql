-- take_webhook_reading: makes this process the one that derives deliveries for p_lease_seconds.
-- Returns null if another process is. Otherwise returns {after: {task, step}, revision, webhooks: [{id, filter, scope,
-- told: {task, step}}]}. told has the ids of which the webhook receives changes, as [[from, until]]; until null for no
-- end. If there are no webhooks, the cursor must still be moved, for the next webhook that is created (see
-- ids_to_come).
--
-- This only saves the other processes work: derive_webhook_deliveries decides who may store deliveries. The row is
-- written when half of the lease is over, and not at each call.
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
  -- One statement, so that the revision is that of these webhooks. A disabled webhook still receives changes that
  -- committed before.
  select jsonb_build_object(
    'after', jsonb_build_object('task', c.after_task::text, 'step', c.after_step::text),
    'revision', c.revision::text,
    'webhooks', coalesce(jsonb_agg(jsonb_build_object(
      'id', w.webhook_id::text, 'filter', w.filter, 'scope', w.scope,
      'told', jsonb_build_object('task', __schema__.ranges_of(w.told_task), 'step', __schema__.ranges_of(w.told_step))
    )) filter (where w.webhook_id is not null), '[]')
  ) into v_answer
  from __schema__.webhook_cursor c
  left join lateral (
    select x.webhook_id, x.filter, x.scope, i.*
    from __schema__.webhooks x
    cross join lateral (
      select __schema__.ids_after(x.told_task, c.after_task) as told_task, __schema__.ids_after(x.told_step, c.after_step) as told_step
    ) i
    where not (isempty(i.told_task) and isempty(i.told_step))
  ) w on true
  group by c.after_task, c.after_step, c.revision;
  return v_answer;
end $$;
