-- find_api_token: the facts by which a request with a token is authenticated: {userId, roles, namespaces, expiresAt,
-- secretHash, previousHash, isUseNoted}. The hashes are in hexadecimal; previousHash is null unless the previous secret
-- is still valid. isUseNoted: use_api_token need not be called.
-- Returns null for a token that is unknown, was revoked or has expired, by the clock of the database.
create or replace function __schema__.find_api_token(p_id text) returns json language sql stable as $$
  select json_build_object(
    'userId', t.user_id, 'roles', t.roles, 'namespaces', t.namespaces,
    'expiresAt', __schema__.instant_text(t.expires_at),
    'secretHash', encode(t.secret_hash, 'hex'),
    'previousHash', case when t.previous_until > now() then encode(t.previous_hash, 'hex') end,
    'isUseNoted', coalesce(t.last_used_at > now() - interval '1 minute', false)
  )
  from __schema__.api_tokens t where t.id = p_id and not __schema__.has_ended_api_token(t);
$$;
