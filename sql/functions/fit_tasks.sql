-- fit_tasks: how much of what read_tasks is asked for an answer of p_max_bytes has room for. Part of read_tasks, for answers that
-- may be too large: values are unpacked one at a time, and no more of them than fit.
--
-- p_if_larger: `page`, tasks are left for the next page, from the first that does not fit on, and values only where the first task
-- is too large alone; `omit`, the largest values are left out, so that a large one costs itself and not others; `refuse`.
-- task_ids: what to read. size, id: see has_room. refused_bytes: too large even so, what was counted; else null.
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
  -- Values that were only decompressed prove it of what is compressed and small. (An array has none that are compressed.)
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
