-- create_api_token: creates a token. Also removes some tokens that ended 90 days ago, because all tokens are listed in
-- one answer, of at most p_max_bytes.
-- Returns the token, or {fault}: `expired`, p_expires_at has passed; `too_many`, the list would be too large.
create or replace function __schema__.create_api_token(
  p_id text, p_name text, p_user_id text, p_roles text[], p_namespaces text[], p_secret_hash bytea,
  p_expires_at timestamptz, p_by text, p_max_bytes bigint
) returns json language plpgsql as $$
declare
  v_token __schema__.api_tokens;
begin
  if p_expires_at <= now() then
    return json_build_object('fault', 'expired');
  end if;
  delete from __schema__.api_tokens t where t.id in (
    select x.id from __schema__.api_tokens x
    where least(x.revoked_at, x.expires_at) <= now() - interval '90 days' limit 10 for update skip locked
  );
  insert into __schema__.api_tokens (id, name, user_id, roles, namespaces, secret_hash, expires_at, created_by)
  values (p_id, p_name, p_user_id, p_roles, p_namespaces, p_secret_hash, p_expires_at, p_by)
  returning * into v_token;
  if __schema__.bytes_of_api_tokens() > p_max_bytes then
    delete from __schema__.api_tokens t where t.id = p_id;
    return json_build_object('fault', 'too_many');
  end if;
  return __schema__.describe_api_token(v_token);
end $$;
