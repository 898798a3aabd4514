-- list_api_tokens: the tokens whose namespaces lie within p_within (null for all tokens), the oldest first; also those
-- that have ended. An answer has at most p_max_bytes of JSON; a larger one is refused (see refuse).
create or replace function __schema__.list_api_tokens(p_within text[], p_max_bytes bigint)
returns json language plpgsql stable as $$
declare
  v_bytes bigint := __schema__.bytes_of_api_tokens();
begin
  if v_bytes > p_max_bytes then
    return json_build_object('refused', json_build_object(
      'kind', 'answer_too_large', 'bytes', v_bytes, 'allowed', p_max_bytes
    ));
  end if;
  return (
    select coalesce(json_agg(__schema__.describe_api_token(t) order by t.created_at, t.id), '[]')
    from __schema__.api_tokens t where p_within is null or t.namespaces <@ p_within
  );
end $$;
