-- claim_identities: gives each new task its identity, unless another task has it. Part of start_tasks. Identities are
-- claimed in one order, so that two calls cannot deadlock.
-- Returns for each task the id of the task that has its identity: its own id if it has no identity or got it.
create or replace function __schema__.claim_identities(p_task_ids bigint[], p_extras jsonb[])
returns bigint[] language plpgsql as $$
begin
  insert into __schema__.task_identities as i (identity_hash, task_id, expires_at)
  select distinct on (x.hash) x.hash, x.task_id, now() + make_interval(secs => x.seconds)
  from (
    select o.extra #>> '{identity,hash}' as hash, o.task_id, o.n, (o.extra #>> '{identity,seconds}')::double precision as seconds
    from unnest(p_task_ids, p_extras) with ordinality as o (task_id, extra, n)
  ) x
  where x.hash is not null
  order by x.hash, x.n
  on conflict (identity_hash) do update set task_id = excluded.task_id, expires_at = excluded.expires_at
  where i.expires_at <= now();
  return array(
    select coalesce(i.task_id, o.task_id)
    from unnest(p_task_ids, p_extras) with ordinality as o (task_id, extra, n)
    left join __schema__.task_identities i on i.identity_hash = o.extra #>> '{identity,hash}'
    order by o.n
  );
end $$;
