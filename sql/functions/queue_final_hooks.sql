-- queue_final_hooks: notes, for every task of these that has one, that its final hook is to be called with the state in which the
-- task has ended. Every end of a task goes through here (finalise_tasks, move_task, start_tasks).
create or replace function __schema__.queue_final_hooks(p_task_ids bigint[])
returns void language sql as $$
  insert into __schema__.final_hooks (task_id, named_task_id, state)
  select t.task_id, t.named_task_id, t.state from __schema__.tasks t
  where t.task_id = any (p_task_ids) and t.has_final_hook;
$$;
