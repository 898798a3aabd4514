-- map_objects: stores that an object of one system is an object of another. The order of the arguments does not matter:
-- the pair is stored in one order, so there is only one row, even if two processes store it at the same time. Unknown
-- systems are created.
-- Returns whether the pair is new.
create or replace function __schema__.map_objects(
  p_system_one text, p_remote_id_one text, p_system_two text, p_remote_id_two text
) returns boolean language plpgsql as $$
declare
  v_is_ordered boolean := (p_system_one, p_remote_id_one) <= (p_system_two, p_remote_id_two);
begin
  insert into __schema__.dependent_systems (name)
  select distinct s.name from unnest(array[p_system_one, p_system_two]) s (name) order by s.name
  on conflict (name) do nothing;
  insert into __schema__.dependent_system_object_maps
    (dependent_system_one_id, dependent_system_two_id, remote_id_one, remote_id_two)
  select one.dependent_system_id, two.dependent_system_id,
    case when v_is_ordered then p_remote_id_one else p_remote_id_two end,
    case when v_is_ordered then p_remote_id_two else p_remote_id_one end
  from __schema__.dependent_systems one, __schema__.dependent_systems two
  where one.name = case when v_is_ordered then p_system_one else p_system_two end
    and two.name = case when v_is_ordered then p_system_two else p_system_one end
  on conflict do nothing;
  return found;
end $$;
