-- json_bound: how many bytes a stored value takes as JSON text at most, without unpacking it; null for null. No method by which
-- PostgreSQL compresses makes a value more than 256 times smaller, and no part of a jsonb is more than 32 times smaller than
-- its text (1e308, the longest number that JSON parsers write short, is 27).
create or replace function __schema__.json_bound(p_value jsonb)
returns double precision language sql stable as $$
  select pg_column_size(p_value)::double precision * case when pg_column_compression(p_value) is null then 32 else 8192 end;
$$;
