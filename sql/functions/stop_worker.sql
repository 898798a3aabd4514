-- stop_worker: records that a worker has stopped. Steps that it still holds are treated like those of a lost worker at
-- the next reaping; after a graceful shutdown, there are none.
create or replace function __schema__.stop_worker(p_worker_id bigint)
returns void language sql as $$
  update __schema__.workers set stopped_at = now() where worker_id = p_worker_id and stopped_at is null;
$$;
