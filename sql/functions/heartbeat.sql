-- heartbeat: renews a worker's lease.
-- Returns false if the worker was declared lost (or stopped) and must register again.
create or replace function __schema__.heartbeat(p_worker_id bigint)
returns boolean language plpgsql as $$
begin
  update __schema__.workers set last_heartbeat_at = now()
  where worker_id = p_worker_id and lost_at is null and stopped_at is null;
  return found;
end $$;
