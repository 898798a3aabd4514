-- json_bytes: the size of a stored value as JSON text in bytes. The value is not unpacked if its size certainly exceeds
-- p_enough, because no jsonb is eight times larger than its text. Then, and also if the text is longer than PostgreSQL
-- can write, some number above p_enough is returned.
create or replace function __schema__.json_bytes(p_value jsonb, p_enough bigint)
returns bigint language plpgsql stable as $$
begin
  if pg_column_size(p_value) > 8 * p_enough then
    return pg_column_size(p_value);
  end if;
  if __schema__.json_bound(p_value) < 1000000000 then
    return octet_length(p_value::text);
  end if;
  begin
    return octet_length(p_value::text);
  exception when program_limit_exceeded then
    return 1073741824;
  end;
end $$;
