-- Each step with its neighbours, read through indexes, so that one task costs the same in a small and in a large
-- database. min_depth_from_root is the length of the shortest path (calculate_dependency_levels has the longest), which
-- is stored with the template.
create or replace view __schema__.step_dag_relationships as
select s.workflow_step_id, s.task_id, s.named_step_id,
  parents.ids as parent_step_ids, children.ids as child_step_ids,
  parents.total as parent_count, children.total as child_count,
  parents.total = 0 as is_root_step, children.total = 0 as is_leaf_step,
  st.min_depth as min_depth_from_root
from __schema__.workflow_steps s
join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
cross join lateral (
  select coalesce(jsonb_agg(e.from_step_id order by e.from_step_id), '[]') as ids, count(*) as total
  from __schema__.workflow_step_edges e where e.to_step_id = s.workflow_step_id
) parents
cross join lateral (
  select coalesce(jsonb_agg(e.to_step_id order by e.to_step_id), '[]') as ids, count(*) as total
  from __schema__.workflow_step_edges e where e.from_step_id = s.workflow_step_id
) children;
