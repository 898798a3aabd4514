-- has_ended_api_token: whether a token was revoked or has expired, by the clock of the database.
create or replace function __schema__.has_ended_api_token(p_token __schema__.api_tokens)
returns boolean language sql stable as $$
  select p_token.revoked_at is not null or coalesce(p_token.expires_at <= now(), false);
$$;
