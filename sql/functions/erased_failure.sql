-- erased_failure: a failure without what its handler said: {message, code, class, permanent}.
create or replace function __schema__.erased_failure(p_error jsonb) returns jsonb language sql immutable as $$
  select jsonb_build_object(
    'message', '[erased]', 'code', p_error -> 'code', 'class', p_error -> 'class', 'permanent', p_error -> 'permanent'
  );
$$;
