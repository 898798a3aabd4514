-- is_json_path: whether a text is an SQL/JSON path. PostgreSQL 15 has no function for this, so it tries a cast.
create or replace function __schema__.is_json_path(p_text text)
returns boolean language plpgsql stable as $$
begin
  perform p_text::jsonpath;
  return true;
exception when data_exception or syntax_error or null_value_not_allowed then
  return false;
end $$;
