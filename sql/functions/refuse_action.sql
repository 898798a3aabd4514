-- refuse_action: raises TK004, with what was refused as JSON in the detail: {action, subject, name, state, because, isOver,
-- skippable}; isOver: the task is, so nothing else is permitted either.
create or replace function __schema__.refuse_action(
  p_action text, p_subject text, p_name text, p_state text, p_because text default null,
  p_is_over boolean default false, p_skippable boolean default true
) returns void language plpgsql as $$
begin
  raise exception 'The action % is not permitted for % % in state %.', p_action, p_subject, p_name, p_state
    using errcode = 'TK004', detail = json_build_object(
      'action', p_action, 'subject', p_subject, 'name', p_name, 'state', p_state, 'because', p_because,
      'isOver', p_is_over, 'skippable', p_skippable
    )::text;
end $$;
