-- advance_lock: the key of the advisory lock that every advance of a worker shares, so that return_unknown_claims can tell
-- whether one of them is still running.
create or replace function __schema__.advance_lock(p_worker_id bigint)
returns bigint language sql immutable as $$
  select hashtextextended('__schema__ advance ' || p_worker_id, 0);
$$;
