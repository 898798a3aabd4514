-- register_worker: makes a process known as a worker and gives it its id.
create or replace function __schema__.register_worker(
  p_name text,
  p_host text,
  p_pid integer,
  p_version text,
  p_queues text[],
  p_concurrency integer,
  p_lease_seconds double precision
) returns bigint language sql as $$
  insert into __schema__.workers (name, host, pid, version, queues, concurrency, lease_seconds)
  values (p_name, p_host, p_pid, p_version, p_queues, p_concurrency, p_lease_seconds)
  returning worker_id;
$$;
