-- has_room: whether an answer has room for a value of the row p_id: true if it comes before the first value that does
-- not fit, in the order of stored sizes and ids.
-- p_size null: all values fit. See fit_tasks.
create or replace function __schema__.has_room(p_value jsonb, p_id bigint, p_size integer, p_at bigint)
returns boolean language sql stable as $$
  select p_size is null or p_value is null or (pg_column_size(p_value), p_id) < (p_size, p_at);
$$;
