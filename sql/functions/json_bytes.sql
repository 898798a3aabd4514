-- json_bytes: how many bytes a stored value takes as JSON text. It is not unpacked if it certainly takes more than p_enough, as no
-- jsonb is eight times larger than its text; some number above p_enough is answered then, and also if the text is longer than
-- any that PostgreSQL can write.
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
