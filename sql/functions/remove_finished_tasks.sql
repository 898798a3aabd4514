-- remove_finished_tasks: removes tasks that reached a final state more than p_after_seconds ago, with all their data;
-- with p_archive, after storing each in archived_tasks. Keeps retained tasks; tasks in error, which wait for a person;
-- and, with p_archive, tasks whose document would be larger than p_max_bytes.
--
-- Checks the p_limit tasks after p_after_id, in the order of ids, so a sweep needs no index that running tasks would
-- have to maintain: ids grow with time, and a task younger than the limit ends the sweep. An index on completed_at
-- would have to be written when a task ends, which is otherwise an update in place (HOT). A sweep reads the tasks that
-- it removes, and the old tasks that stay: retained, in error, unfinished. Skips locked tasks. Only one process at a
-- time removes tasks; for others, the sweep ends at once.
-- Returns {removed, tooLarge, lastId, isEnd}; continue with lastId until isEnd. tooLarge: ids of tasks that were too
-- large to archive.
create or replace function __schema__.remove_finished_tasks(
  p_after_seconds double precision, p_after_id bigint, p_limit integer, p_archive boolean, p_max_bytes bigint
) returns json language plpgsql as $$
declare
  v_before timestamptz := now() - make_interval(secs => p_after_seconds);
  v_seen bigint[];
  v_last bigint;
  v_removable bigint[];
  v_too_large bigint[] := '{}';
  v_parts constant text[] := '{context, steps, annotations, transitions}';
begin
  if not pg_try_advisory_xact_lock(hashtext('__schema__.remove_finished_tasks')) then
    return json_build_object('removed', 0, 'tooLarge', '{}'::text[], 'lastId', p_after_id::text, 'isEnd', true);
  end if;
  select array_agg(x.task_id), max(x.task_id) into v_seen, v_last
  from (
    select t.task_id, t.created_at from __schema__.tasks t
    where t.task_id > p_after_id order by t.task_id limit p_limit
  ) x
  where x.created_at < v_before;
  v_removable := array(
    select t.task_id from __schema__.tasks t
    where t.task_id = any (v_seen) and t.state in ('complete', 'cancelled', 'resolved_manually')
      and t.completed_at < v_before and not t.retained
    order by t.task_id for update skip locked
  );
  if p_archive then
    v_too_large := array(
      select r.task_id from unnest(v_removable) r (task_id)
      where case
        when __schema__.bound_tasks(array[r.task_id], v_parts) <= p_max_bytes then false
        else (__schema__.fit_tasks(array[r.task_id], v_parts, null, p_max_bytes, 'refuse')).refused_bytes is not null
      end
    );
    v_removable := array(select r.task_id from unnest(v_removable) r (task_id) where r.task_id <> all (v_too_large));
    insert into __schema__.archived_tasks (task_id, document)
    select t.task_id, __schema__.describe_task(t.task_id) from unnest(v_removable) t (task_id);
  end if;
  delete from __schema__.tasks t where t.task_id = any (v_removable);
  return json_build_object(
    'removed', cardinality(v_removable),
    'tooLarge', v_too_large::text[],
    'lastId', coalesce(v_last, p_after_id)::text,
    'isEnd', coalesce(cardinality(v_seen), 0) < p_limit
  );
end $$;

select __schema__._pin_planner('remove_finished_tasks');
