-- describe_api_token: a token as JSON, without its hashes. The document is ApiTokenDetails of
-- lib/persistence/api-token.gateway.ts.
create or replace function __schema__.describe_api_token(p_token __schema__.api_tokens)
returns json language sql stable as $$
  select json_build_object(
    'id', p_token.id, 'name', p_token.name, 'userId', p_token.user_id,
    'roles', p_token.roles, 'namespaces', p_token.namespaces,
    'createdAt', __schema__.instant_text(p_token.created_at), 'createdBy', p_token.created_by,
    'expiresAt', __schema__.instant_text(p_token.expires_at),
    'previousExpiresAt', __schema__.instant_text(p_token.previous_until),
    'lastUsedAt', __schema__.instant_text(p_token.last_used_at),
    'revokedAt', __schema__.instant_text(p_token.revoked_at), 'revokedBy', p_token.revoked_by
  );
$$;
