-- release_final_hook: hands back an end of a task whose task handler did not finish before the process stopped. The
-- attempt identifies the claim, as in finish_final_hook, and does not count.
-- Returns whether it was handed back.
create or replace function __schema__.release_final_hook(p_final_hook_id bigint, p_attempt integer)
returns boolean language plpgsql as $$
begin
  update __schema__.final_hooks f set attempts = f.attempts - 1, due_at = now()
  where f.final_hook_id = p_final_hook_id and f.attempts = p_attempt and f.due_at is not null;
  return found;
end $$;
