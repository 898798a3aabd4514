-- ranges_of: ids as [[from, until]] of texts. until is not included, and null if the range has no end.
create or replace function __schema__.ranges_of(p_ids int8multirange) returns jsonb language sql immutable as $$
  select coalesce(jsonb_agg(jsonb_build_array(lower(r.ids)::text, upper(r.ids)::text) order by r.ids), '[]')
  from unnest(p_ids) r (ids);
$$;
