-- lane_without_template: the lane for a step whose template was deleted: any lane of its namespace. The worker that
-- claims the step finds that the template is missing, fails the step and reports it. If the step were not queued, it
-- would wait silently.
create or replace function __schema__.lane_without_template(p_task_namespace_id bigint) returns integer language sql stable as $$
  select min(l.lane_id) from __schema__.lanes l where l.task_namespace_id = p_task_namespace_id
$$;
