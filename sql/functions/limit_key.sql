-- limit_key: the key under which a step of this context shares its limit; null when its template has none. A context
-- without the value that the key names shares one limit with all others of that kind. Of a long value it has the hash, as
-- an index takes no more than 2,700 bytes.
create or replace function __schema__.limit_key(p_limits jsonb, p_context jsonb)
returns text language sql immutable as $$
  select (p_limits ->> 'name') || case when jsonb_typeof(p_limits -> 'key') = 'array' then ':' || coalesce((
    select case when char_length(v.value) > 200 then encode(sha256(convert_to(v.value, 'utf8')), 'hex') else v.value end
    from (select p_context #>> array(select jsonb_array_elements_text(p_limits -> 'key')) as value) v
  ), '') else '' end;
$$;
