-- ids_after: the ids of a set that come after an id.
create or replace function __schema__.ids_after(p_ids int8multirange, p_id bigint)
returns int8multirange language sql immutable as $$
  select p_ids * int8multirange(int8range(p_id, null, '()'));
$$;
