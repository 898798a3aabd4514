-- postpone_final_hook: records that a task handler failed at the end of a task. It is called again after
-- p_after_seconds; null to give up. The attempt identifies the claim, as in finish_final_hook.
-- Returns whether it was recorded.
create or replace function __schema__.postpone_final_hook(
  p_final_hook_id bigint, p_attempt integer, p_error text, p_after_seconds double precision
) returns boolean language plpgsql as $$
begin
  update __schema__.final_hooks f set
    due_at = now() + make_interval(secs => p_after_seconds), error = p_error
  where f.final_hook_id = p_final_hook_id and f.attempts = p_attempt and f.due_at is not null;
  return found;
end $$;
