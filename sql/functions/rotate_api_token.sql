-- rotate_api_token: replaces the secret of a token whose namespaces lie within p_within (null for all). The present
-- secret stays valid for p_overlap_seconds, and the one before it no longer is.
-- p_roles: the roles that the token may have, because its new secret lets the caller act with them; null for any.
-- Returns the token; null for an unknown one; or {fault}: `ended`, it was revoked or has expired; `exceeds`, it has
-- other roles.
create or replace function __schema__.rotate_api_token(
  p_id text, p_secret_hash bytea, p_overlap_seconds double precision, p_within text[], p_roles text[]
) returns json language plpgsql as $$
declare
  v_token __schema__.api_tokens;
begin
  -- Of two rotations at the same time, the second waits, and keeps the secret of the first.
  select * into v_token from __schema__.api_tokens t
  where t.id = p_id and (p_within is null or t.namespaces <@ p_within) for no key update;
  if not found then
    return null;
  end if;
  if __schema__.has_ended_api_token(v_token) then
    return json_build_object('fault', 'ended');
  end if;
  if not v_token.roles <@ p_roles then
    return json_build_object('fault', 'exceeds');
  end if;
  update __schema__.api_tokens t set
    secret_hash = p_secret_hash,
    previous_hash = case when p_overlap_seconds > 0 then t.secret_hash end,
    previous_until = case when p_overlap_seconds > 0 then now() + make_interval(secs => p_overlap_seconds) end
  where t.id = p_id
  returning * into v_token;
  return __schema__.describe_api_token(v_token);
end $$;
