-- ranges_after: what of some ids is after one of them, as [[from, until]], of texts: from the first, up to but without the
-- second, which is null where there is no end.
create or replace function __schema__.ranges_after(p_ids int8multirange, p_id bigint) returns jsonb language sql immutable as $$
  select jsonb_agg(jsonb_build_array(lower(r.ids)::text, upper(r.ids)::text) order by r.ids)
  from unnest(p_ids * int8multirange(int8range(p_id, null, '()'))) r (ids);
$$;
