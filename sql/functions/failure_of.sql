-- failure_of: what the history and events say of the error that is stored with a step: {message, code, class, permanent}, but
-- neither its stack nor its context, which may hold personal data.
create or replace function __schema__.failure_of(p_error jsonb)
returns jsonb language sql stable as $$
  select jsonb_build_object(
    'message', p_error -> 'message', 'code', p_error -> 'code', 'class', p_error -> 'class', 'permanent', p_error -> 'permanent'
  );
$$;
