-- json_bound: an upper bound of the size of a stored value as JSON text in bytes, without unpacking it; null for null.
-- PostgreSQL's compression makes a value at most 256 times smaller, and no part of a jsonb is more than 32 times
-- smaller than its text (1e308, the longest number that JSON parsers write in short form, is 27 times smaller).
create or replace function __schema__.json_bound(p_value jsonb)
returns double precision language sql stable as $$
  select pg_column_size(p_value)::double precision * case when pg_column_compression(p_value) is null then 32 else 8192 end;
$$;
