-- failure_of: the failure for the history and events, from the error that is stored with a step: {message, code, class,
-- permanent}, without its stack and context, which may contain personal data.
create or replace function __schema__.failure_of(p_error jsonb)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'message', p_error -> 'message', 'code', p_error -> 'code', 'class', p_error -> 'class', 'permanent', p_error -> 'permanent'
  );
$$;
