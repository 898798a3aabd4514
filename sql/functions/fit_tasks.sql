-- fit_tasks: decides which of the requested tasks and values fit into an answer of p_max_bytes. Part of read_tasks, for
-- answers that may be too large: values are unpacked one at a time, and only those that fit.
--
-- p_if_larger: `page` leaves tasks for the next page, beginning with the first that does not fit, and omits values only
-- if the first task alone is too large; `omit` omits the largest values, so that a large value affects only itself;
-- `refuse` refuses. task_ids: the tasks to read. size, id: see has_room. refused_bytes: the counted size of an answer
-- that is too large; otherwise null.
create or replace function __schema__.fit_tasks(
  p_task_ids bigint[], p_parts text[], p_step text, p_max_bytes bigint, p_if_larger text,
  out task_ids bigint[], out size integer, out id bigint, out refused_bytes bigint
) language plpgsql stable as $$
#variable_conflict use_column
declare
  v_part record;
  v_total bigint := 0;
begin
  task_ids := p_task_ids;
  -- For small compressed values, decompressing them without unpacking is enough of a proof. (Values in an array are not
  -- compressed.)
  if (
    select sum(w.bytes + 32 * coalesce(pg_column_size(w.value), 0)) <= p_max_bytes
    from __schema__.weigh_tasks(p_task_ids, p_parts, p_step) w
  ) and (
    select sum(w.bytes + 32 * coalesce(pg_column_size(array[w.value]), 0)) <= p_max_bytes
    from __schema__.weigh_tasks(p_task_ids, p_parts, p_step) w
  ) then
    return;
  end if;
  for v_part in
    select w.place, w.id, w.value, w.bytes from __schema__.weigh_tasks(p_task_ids, p_parts, p_step) w
    order by case when p_if_larger = 'page' then w.place end, w.value is not null, pg_column_size(w.value), w.id
  loop
    v_total := v_total + v_part.bytes + coalesce(__schema__.json_bytes(v_part.value, p_max_bytes), 0);
    continue when v_total <= p_max_bytes;
    if p_if_larger = 'page' and v_part.place > 1 then
      task_ids := p_task_ids[:v_part.place - 1];
    elsif p_if_larger = 'refuse' or v_part.value is null then
      refused_bytes := v_total;
    else
      size := pg_column_size(v_part.value);
      id := v_part.id;
      if p_if_larger = 'page' then
        task_ids := p_task_ids[:1];
      end if;
    end if;
    exit;
  end loop;
end $$;
