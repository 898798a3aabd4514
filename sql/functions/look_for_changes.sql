-- look_for_changes: the ends of both histories, and the transactions that write to them, as {task, step, writers,
-- visible: {task, step}, era}: the highest ids that were ever assigned, and the transactions that may still add rows
-- with such ids. Once all of these transactions have ended, each row with an id up to there is visible or never will
-- be: the histories are settled up to there.
--
-- An insert locks its table before it takes an id, and a transaction is visible before it releases its locks. So the
-- ids are read first, and the locks after them. Transaction ids would not be suitable: pg_snapshot_xmin waits for all
-- transactions of the server, and one that writes to another table for an hour would delay all listeners.
--
-- Tasks are read before steps: a transaction that ends a task writes the end of its last step first, so a reader of
-- both up to these ids never finds the end of the task without that of the step.
--
-- visible: the highest ids of existing rows. Higher ids may be assigned again after a crash, because they are on disk
-- only after a commit. era: differs after each crash and on each server, where the writers no longer exist and assigned
-- ids may be taken back: the start time of the server, and the time when its statistics began, which a crash resets.
--
-- p_task, p_step: the assigned ids when all was settled. If there are no later ids, the writers are not read, because
-- that reads all locks.
create or replace function __schema__.look_for_changes(p_task bigint, p_step bigint)
returns jsonb language plpgsql volatile as $$
declare
  v_ids jsonb := __schema__.ids_given_out();
  v_writers text[] := '{}';
begin
  if ((v_ids ->> 'task')::bigint, (v_ids ->> 'step')::bigint) is distinct from (p_task, p_step) then
    select coalesce(array_agg(distinct l.virtualtransaction), '{}') into v_writers
    from pg_locks l
    where l.locktype = 'relation' and l.mode = 'RowExclusiveLock' and l.granted
      and l.database = (select d.oid from pg_database d where d.datname = current_database())
      and l.relation in ('__schema__.task_transitions'::regclass, '__schema__.workflow_step_transitions'::regclass);
  end if;
  return v_ids || jsonb_build_object(
    'writers', to_jsonb(v_writers),
    'visible', jsonb_build_object(
      'task', (select coalesce(max(t.id), 0)::text from __schema__.task_transitions t),
      'step', (select coalesce(max(s.id), 0)::text from __schema__.workflow_step_transitions s)
    ),
    'era', pg_postmaster_start_time()::text || ' ' || (select coalesce(b.stats_reset::text, '') from pg_stat_bgwriter b)
  );
end $$;
