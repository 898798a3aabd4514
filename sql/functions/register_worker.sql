-- register_worker: registers a process as a worker and returns its id.
-- p_template_ids: the named tasks whose templates it has loaded; p_handled_template_ids: those of them for which it has
-- a task handler.
create or replace function __schema__.register_worker(
  p_name text,
  p_host text,
  p_pid integer,
  p_version text,
  p_queues text[],
  p_concurrency integer,
  p_lease_seconds double precision,
  p_template_ids bigint[],
  p_handled_template_ids bigint[]
) returns bigint language sql as $$
  insert into __schema__.workers (
    name, host, pid, version, queues, concurrency, lease_seconds, template_ids, handled_template_ids
  )
  values (
    p_name, p_host, p_pid, p_version, p_queues, p_concurrency, p_lease_seconds, p_template_ids, p_handled_template_ids
  )
  returning worker_id;
$$;
