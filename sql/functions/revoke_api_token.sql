-- revoke_api_token: ends a token whose namespaces lie within p_within (null for all), with both of its secrets. A token
-- that was revoked before stays as it is.
-- Returns whether there is such a token.
create or replace function __schema__.revoke_api_token(p_id text, p_by text, p_within text[])
returns boolean language plpgsql as $$
begin
  update __schema__.api_tokens t set
    revoked_at = coalesce(t.revoked_at, now()), revoked_by = coalesce(t.revoked_by, p_by),
    previous_hash = null, previous_until = null
  where t.id = p_id and (p_within is null or t.namespaces <@ p_within);
  return found;
end $$;
