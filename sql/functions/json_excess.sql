-- json_excess: how many bytes a stored value takes as JSON text (see json_bytes), if these are more than p_allowed; else null.
-- It is unpacked only if its size does not prove that they are less.
create or replace function __schema__.json_excess(p_value jsonb, p_allowed bigint)
returns bigint language sql stable as $$
  select case
    when __schema__.json_bound(p_value) > p_allowed then nullif(greatest(__schema__.json_bytes(p_value, p_allowed), p_allowed), p_allowed)
  end;
$$;
