-- json_excess: the size of a stored value as JSON text (see json_bytes) if it exceeds p_allowed; otherwise null. The
-- value is unpacked only if its stored size does not prove that it is smaller.
create or replace function __schema__.json_excess(p_value jsonb, p_allowed bigint)
returns bigint language sql stable as $$
  select case
    when __schema__.json_bound(p_value) > p_allowed then nullif(greatest(__schema__.json_bytes(p_value, p_allowed), p_allowed), p_allowed)
  end;
$$;
