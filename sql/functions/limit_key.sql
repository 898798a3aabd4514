-- limit_key: the key of the limit that a step with this context shares; null if its template has no limit. All contexts
-- without the value that the key names share one limit. A long value is replaced by its hash, because an index accepts
-- at most 2,700 bytes.
create or replace function __schema__.limit_key(p_limits jsonb, p_context jsonb)
returns text language sql immutable as $$
  select (p_limits ->> 'name') || case when jsonb_typeof(p_limits -> 'key') = 'array' then ':' || coalesce((
    select case when char_length(v.value) > 200 then encode(sha256(convert_to(v.value, 'utf8')), 'hex') else v.value end
    from (select p_context #>> array(select jsonb_array_elements_text(p_limits -> 'key')) as value) v
  ), '') else '' end;
$$;
