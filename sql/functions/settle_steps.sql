-- settle_steps: gives steps the state that was decided for them before their turn, and frees the steps that depend on
-- them; continues with freed steps that have such a decision, too. The caller has locked the rows of their tasks.
--
-- Returns the input of _move_tasks by task (failures are negative: failed steps that were settled), the number of steps
-- that became ready, and the answer of move_steps.
create or replace function __schema__.settle_steps(
  p_step_ids bigint[],
  out task_ids bigint[],
  out leaves integer[],
  out failures integer[],
  out freed integer,
  out facts jsonb
) language plpgsql as $$
declare
  v_settled bigint[] := p_step_ids;
  v_next bigint[] := p_step_ids;
  v_ready bigint[];
  v_queued bigint[];
  v_failed bigint[] := '{}';
begin
  freed := 0;
  facts := '[]';
  loop
    v_queued := __schema__.unqueue_steps(v_next);
    v_failed := v_failed || array(
      select s.workflow_step_id from __schema__.workflow_steps s
      where s.workflow_step_id = any (v_next) and s.state = 'error' and s.workflow_step_id <> all (v_queued)
    );
    facts := facts || __schema__.move_steps(v_next, null);
    with satisfied as (
      update __schema__.workflow_steps c set
        waiting_on = c.waiting_on - p.done, updated_at = greatest(__schema__.next_instant(c.updated_at), p.done_at)
      from (
        select e.to_step_id, count(*)::integer as done, max(d.updated_at) as done_at
        from __schema__.workflow_steps d
        join __schema__.workflow_step_edges e on e.from_step_id = d.workflow_step_id
        where d.workflow_step_id = any (v_next)
        group by e.to_step_id
      ) p
      where c.workflow_step_id = p.to_step_id
      returning c.workflow_step_id, c.settlement, c.waiting_on = 0 and c.state = 'pending' as is_due
    )
    select coalesce(array_agg(s.workflow_step_id) filter (where s.is_due and s.settlement is null), '{}'),
      coalesce(array_agg(s.workflow_step_id) filter (where s.is_due and s.settlement is not null), '{}')
    into v_ready, v_next
    from satisfied s;
    freed := freed + __schema__.queue_steps(v_ready);
    exit when cardinality(v_next) = 0;
    v_settled := v_settled || v_next;
  end loop;
  select array_agg(x.task_id), array_agg(x.leaves), array_agg(x.failures) into task_ids, leaves, failures
  from (
    select s.task_id, count(*) filter (where s.is_leaf)::integer as leaves,
      -count(*) filter (where s.workflow_step_id = any (v_failed))::integer as failures
    from __schema__.workflow_steps s where s.workflow_step_id = any (v_settled) group by s.task_id
  ) x;
end $$;
