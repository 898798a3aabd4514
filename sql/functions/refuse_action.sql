-- refuse_action: refuses an action that the state of a task or step does not permit: {kind: action, action, subject,
-- name, state, because, isOver, skippable}. isOver: the task has ended, so no other action is permitted either. See
-- refuse.
create or replace function __schema__.refuse_action(
  p_action text, p_subject text, p_name text, p_state text, p_because text default null,
  p_is_over boolean default false, p_skippable boolean default true
) returns void language sql as $$
  select __schema__.refuse('action', jsonb_build_object(
    'action', p_action, 'subject', p_subject, 'name', p_name, 'state', p_state, 'because', p_because,
    'isOver', p_is_over, 'skippable', p_skippable
  ));
$$;
