-- The numbers of tasks and steps of each namespace in each state now.
create or replace view __schema__.namespace_state_totals as
select x.task_namespace_id, n.name as namespace, x.kind, x.state, sum(x.total)::bigint as total
from (
  select task_namespace_id, kind, state, total from __schema__.state_totals
  union all
  select d.task_namespace_id, d.kind, c.state, c.change
  from __schema__.state_total_deltas d
  cross join lateral (values (d.from_state, -d.amount), (d.to_state, d.amount)) c (state, change)
  where c.state is not null
) x
join __schema__.task_namespaces n on n.task_namespace_id = x.task_namespace_id
group by x.task_namespace_id, n.name, x.kind, x.state;
