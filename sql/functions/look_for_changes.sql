-- look_for_changes: how far both histories reach, and who is writing to them, as {task, step, writers, visible: {task, step},
-- era}: the highest ids that were ever given out, and the transactions that may still add rows with such ids. Once none of
-- these transactions is left, whatever was given an id up to there is visible or will never be: the histories are settled up
-- to there.
--
-- An insert locks its table before it takes an id, and a transaction is visible before it gives its locks up; so the ids are
-- read first and the locks after them. The numbers of transactions would not do: pg_snapshot_xmin waits for every
-- transaction of the server, and one that fills another table for an hour would hold all listeners up.
--
-- Tasks are read before steps: a transaction that ends a task writes the end of its last step first, so that whoever reads up
-- to both numbers never finds the one without the other.
--
-- visible: the highest ids of rows that are there. Ids above them may be given out once more after a crash, as they are noted on
-- disk only with a commit. era: another one after each crash and on each other server, where nobody who was writing still is, and
-- what was given out may be taken back: the time when the server was started, and when its statistics began, which a crash loses.
--
-- p_task, p_step: what was given out when all was settled. Where nothing came after it nobody is asked for, as that reads all
-- locks.
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
