-- start_tasks: creates tasks with their steps, edges and first ready rows, all or none, in the given order. A task
-- without steps is complete at once. If a named task does not exist, nothing is started, and the only row has its id
-- and no state.
--
-- p_extras: fields that few tasks have, as JSON, null for most: {runAt, deadlineAt or deadlineSeconds, retained,
--   rerunOf, identity: {hash, seconds: how long it counts or null}, tailor: see tailor_new_task, bypassSteps: [name],
--   settle: [{step, as, results, actor, reason}], hasFinalHook, audit: an entry of note_audit_entry,
--   sensitive: the sensitive values of the context, see keep_sensitive_values, subject: the Base64 of
--   data_subjects.subject_hash}.
-- For a request whose identity another task has, that task is returned, with created false; likewise for all but the
-- first of equal requests in one call. Of concurrent equal requests, the second waits for the first to commit.
create or replace function __schema__.start_tasks(
  p_named_task_ids bigint[],
  p_contexts text[],
  p_initiators text[],
  p_source_systems text[],
  p_reasons text[],
  p_tags text[],
  p_priorities smallint[],
  p_extras text[]
) returns table (task_id bigint, state text, created boolean) language plpgsql as $$
#variable_conflict use_column
declare
  v_namespace_ids bigint[];
  v_revisions integer[];
  v_step_counts integer[];
  v_leaf_counts integer[];
  v_steps integer;
  v_step_ids bigint[];
  v_task_ids bigint[];
  v_answer_ids bigint[];
  v_extras jsonb[];
  v_is_plain boolean;
  v_limit_keys text[];
  v_limit_lanes integer[];
  v_limit_times timestamptz[];
  v_changes __schema__.state_change[];
  v_added boolean;
begin
  -- Read once: the next statement would see other counts if the template was replaced meanwhile.
  select array_agg(x.task_namespace_id), array_agg(x.revision), array_agg(x.step_count), array_agg(x.leaf_count),
    coalesce(sum(x.step_count), 0), array_agg(nextval('__schema__.tasks_task_id_seq'))
  into v_namespace_ids, v_revisions, v_step_counts, v_leaf_counts, v_steps, v_task_ids
  from (
    select nt.task_namespace_id, nt.revision, nt.step_count, nt.leaf_count
    from unnest(p_named_task_ids) with ordinality as o (named_task_id, n)
    join __schema__.named_tasks nt on nt.named_task_id = o.named_task_id
    order by o.n
    for key share of nt -- keeps it from being deleted meanwhile
  ) x;
  if coalesce(cardinality(v_revisions), 0) <> cardinality(p_named_task_ids) then
    return query
    select min(o.named_task_id), null::text, false from unnest(p_named_task_ids) as o (named_task_id)
    where not exists (select 1 from __schema__.named_tasks nt where nt.named_task_id = o.named_task_id);
    return;
  end if;
  v_is_plain := num_nulls(variadic p_extras) = cardinality(p_extras);
  v_extras := p_extras::jsonb[];
  v_answer_ids := v_task_ids;
  if not v_is_plain then
    v_answer_ids := __schema__.claim_identities(v_task_ids, v_extras);
  end if;
  -- Steps find their parents by position in this array, so no join of the batch with itself is needed.
  v_step_ids := array(
    select nextval('__schema__.workflow_steps_workflow_step_id_seq') from generate_series(1, v_steps)
  );

  with request as materialized (
    select o.*, sum(o.step_count) over (order by o.n) - o.step_count as before,
      (o.extra ->> 'runAt')::timestamptz as run_at, coalesce(
        (o.extra ->> 'deadlineAt')::timestamptz,
        greatest(now(), (o.extra ->> 'runAt')::timestamptz)
          + make_interval(secs => (o.extra ->> 'deadlineSeconds')::double precision)
      ) as deadline_at
    from unnest(
      p_named_task_ids, p_contexts, p_initiators, p_source_systems, p_reasons, p_tags, p_priorities,
      v_namespace_ids, v_revisions, v_step_counts, v_leaf_counts, v_task_ids, v_answer_ids, v_extras
    ) with ordinality as o (
      named_task_id, context, initiator, source_system, reason, tags, priority,
      task_namespace_id, revision, step_count, leaf_count, task_id, answer_id, extra, n
    )
    where o.answer_id = o.task_id
  ),
  task as (
    insert into __schema__.tasks (
      task_id, named_task_id, task_namespace_id, state, open_leaves, priority, context,
      initiator, source_system, reason, tags, run_at, deadline_at, identity_hash, retained, rerun_of,
      has_final_hook, bypass_steps
    ) overriding system value
    select r.task_id, r.named_task_id, r.task_namespace_id,
      'pending', r.leaf_count, r.priority, r.context::jsonb, -- a task without steps ends below
      coalesce(r.initiator, 'unknown'), coalesce(r.source_system, 'unknown'), coalesce(r.reason, 'unknown'),
      coalesce(r.tags, '[]')::jsonb, r.run_at, r.deadline_at, r.extra #>> '{identity,hash}',
      coalesce((r.extra ->> 'retained')::boolean, false),
      (r.extra ->> 'rerunOf')::bigint, coalesce((r.extra ->> 'hasFinalHook')::boolean, false),
      coalesce(r.extra -> 'bypassSteps', '[]')
    from request r
  ),
  step as materialized (
    select r.task_id, r.task_namespace_id, r.before, st.id, st.named_step_id, st.parent_positions, st.is_leaf,
      st.default_retryable, st.default_retry_limit, st.skippable,
      v_step_ids[r.before + st.position + 1] as workflow_step_id,
      q.lane_id, q.priority, q.run_at, q.limit_key
    from request r
    join __schema__.named_tasks_named_steps st on st.named_task_id = r.named_task_id and st.revision = r.revision
    cross join lateral __schema__.ready_row(
      st.lane_id, st.priority, case st.parent_positions when '{}' then st.limits end, r.task_namespace_id, r.priority, now(),
      r.run_at, null, r.context::jsonb
    ) q
  ),
  steps as (
    insert into __schema__.workflow_steps (
      workflow_step_id, task_id, named_step_id, step_template_id, waiting_on, is_leaf, retryable, retry_limit, skippable
    ) overriding system value
    select s.workflow_step_id, s.task_id, s.named_step_id, s.id, cardinality(s.parent_positions), s.is_leaf,
      s.default_retryable, s.default_retry_limit, s.skippable
    from step s
  ),
  edges as (
    insert into __schema__.workflow_step_edges (from_step_id, to_step_id, task_id)
    select v_step_ids[s.before + parent.position + 1], s.workflow_step_id, s.task_id
    from step s cross join lateral unnest(s.parent_positions) as parent (position)
  ),
  ready as (
    insert into __schema__.ready_steps
      (workflow_step_id, task_id, task_namespace_id, step_template_id, lane_id, priority, run_at, limit_key)
    select s.workflow_step_id, s.task_id, s.task_namespace_id, s.id, s.lane_id, s.priority, s.run_at, s.limit_key
    from step s where s.parent_positions = '{}'
    returning limit_key, lane_id, run_at
  ),
  counted as (
    select r.task_namespace_id, 'task', null::text, 'pending', count(*)
    from request r group by 1
    union all
    select r.task_namespace_id, 'step', null, 'pending', sum(r.step_count)
    from request r group by 1 having sum(r.step_count) > 0
  )
  select array_agg(r.limit_key), array_agg(r.lane_id), array_agg(r.run_at),
    array(select row(c.*)::__schema__.state_change from counted c)
  into v_limit_keys, v_limit_lanes, v_limit_times, v_changes
  from ready r where r.limit_key is not null;
  v_added := __schema__.add_to_totals(v_changes);

  -- A separate statement for fields that few tasks have: opening a table to write nothing makes other starts 2 %
  -- slower.
  if v_limit_keys is not null then
    insert into __schema__.limit_checks (limit_key, lane_id, due_at)
    select distinct l.* from unnest(v_limit_keys, v_limit_lanes, v_limit_times) l;
  end if;
  if 0 = any (v_step_counts) then
    perform __schema__._move_tasks(array(
      select o.task_id from unnest(v_task_ids, v_answer_ids, v_step_counts) as o (task_id, answer_id, step_count)
      where o.step_count = 0 and o.answer_id = o.task_id
    ), p_to => 'complete', p_reason => 'no_steps');
  end if;

  if v_is_plain then
    return query
    select o.task_id, case o.step_count when 0 then 'complete' else 'pending' end, true
    from unnest(v_task_ids, v_step_counts) with ordinality as o (task_id, step_count, n) order by o.n;
    return;
  end if;
  insert into __schema__.task_deadlines (task_id, deadline_at)
  select t.task_id, t.deadline_at
  from unnest(v_task_ids, v_answer_ids, v_step_counts) as o (task_id, answer_id, step_count)
  join __schema__.tasks t on t.task_id = o.task_id
  where o.answer_id = o.task_id and o.step_count > 0 and t.deadline_at is not null;
  perform __schema__.tailor_new_task(o.task_id, o.extra -> 'tailor')
  from unnest(v_task_ids, v_answer_ids, v_extras) as o (task_id, answer_id, extra)
  where o.answer_id = o.task_id and o.extra ? 'tailor';
  perform __schema__.settle_new_task(o.task_id, o.extra -> 'settle')
  from unnest(v_task_ids, v_answer_ids, v_extras) as o (task_id, answer_id, extra)
  where o.answer_id = o.task_id and o.extra ? 'settle';
  perform __schema__.keep_sensitive_values(
    array_agg(o.task_id), array_agg(0::bigint), array_agg(o.extra ->> 'sensitive')
  )
  from unnest(v_task_ids, v_answer_ids, v_extras) as o (task_id, answer_id, extra)
  where o.answer_id = o.task_id and o.extra ? 'sensitive' having count(*) > 0;
  insert into __schema__.data_subjects (task_id, subject_hash)
  select o.task_id, decode(o.extra ->> 'subject', 'base64')
  from unnest(v_task_ids, v_answer_ids, v_extras) as o (task_id, answer_id, extra)
  where o.answer_id = o.task_id and o.extra ? 'subject';
  perform __schema__.note_audit_entry(o.extra -> 'audit' || jsonb_build_object(
    'id', o.answer_id::text, 'taskId', o.answer_id::text,
    'outcome', case when o.answer_id = o.task_id then 'done' else 'unchanged' end
  ))
  from unnest(v_task_ids, v_answer_ids, v_extras) as o (task_id, answer_id, extra)
  where o.extra ? 'audit';
  return query
  select o.answer_id, t.state::text, o.answer_id = o.task_id
  from unnest(v_task_ids, v_answer_ids) with ordinality as o (task_id, answer_id, n)
  join __schema__.tasks t on t.task_id = o.answer_id
  order by o.n;
end $$;

select __schema__._pin_planner('start_tasks');
