-- uncount_limited_starts: undoes what count_limited_starts recorded for steps in the same transaction, before they are
-- unclaimed. Part of advance, under the locks of lock_limited_steps, so these are the latest starts under a key.
create or replace function __schema__.uncount_limited_starts(p_step_ids bigint[]) returns void language sql as $$
  delete from __schema__.limit_starts l
  using (
    select r.limit_key as key, count(*) as starts
    from __schema__.ready_steps r join __schema__.named_tasks_named_steps st on st.id = r.step_template_id
    where r.workflow_step_id = any (p_step_ids) and r.limit_key is not null and st.limits -> 'rate' <> 'null'
    group by r.limit_key
  ) u
  where l.ctid = any (array(
    select x.ctid from __schema__.limit_starts x
    where x.limit_key = u.key order by x.counts_until desc limit u.starts
  ));
$$;
