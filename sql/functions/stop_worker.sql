-- stop_worker: a worker says that it is gone for good. Whatever it still holds is treated as by a lost worker at the
-- next reaping; after a graceful shutdown that is nothing.
create or replace function __schema__.stop_worker(p_worker_id bigint)
returns void language sql as $$
  update __schema__.workers set stopped_at = now() where worker_id = p_worker_id and stopped_at is null;
$$;
