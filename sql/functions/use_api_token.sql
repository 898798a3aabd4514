-- use_api_token: notes that a token is used now, at most once a minute. Called after the secret was verified, so that a
-- wrong secret is no use, and takes no longer for a token that exists.
-- skip locked: a request does not wait for another one that notes the same, or for a rotation.
-- Returns whether the use was noted.
create or replace function __schema__.use_api_token(p_id text) returns boolean language plpgsql as $$
begin
  update __schema__.api_tokens t set last_used_at = now()
  where t.id in (
    select x.id from __schema__.api_tokens x
    where x.id = p_id and (x.last_used_at is null or x.last_used_at <= now() - interval '1 minute')
    for no key update skip locked
  );
  return found;
end $$;
