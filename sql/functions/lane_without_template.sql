-- lane_without_template: the lane in which a step is queued whose template was deleted: one of its namespace. The worker that
-- claims it finds that the template is missing, fails the step and says so; if it were not queued, it would wait without a word.
create or replace function __schema__.lane_without_template(p_task_namespace_id bigint) returns integer language sql stable as $$
  select min(l.lane_id) from __schema__.lanes l where l.task_namespace_id = p_task_namespace_id
$$;
