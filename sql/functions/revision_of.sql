-- revision_of: the revision of a row, by which callers detect changes: the time of its last change in microseconds.
create or replace function __schema__.revision_of(p_updated_at timestamptz)
returns text language sql immutable as $$
  select (extract(epoch from p_updated_at) * 1000000)::bigint::text;
$$;
