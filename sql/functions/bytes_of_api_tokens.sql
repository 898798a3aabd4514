-- bytes_of_api_tokens: an upper estimate of the size of all tokens as JSON text in bytes. Instants have a fixed length,
-- and so does everything else but the texts.
create or replace function __schema__.bytes_of_api_tokens() returns bigint language sql stable as $$
  select coalesce(sum(
    512 + octet_length(to_json(t.name)::text) + octet_length(to_json(t.user_id)::text)
      + octet_length(to_json(t.roles)::text) + coalesce(octet_length(to_json(t.namespaces)::text), 0)
      + octet_length(to_json(t.created_by)::text) + coalesce(octet_length(to_json(t.revoked_by)::text), 0)
  ), 0)::bigint
  from __schema__.api_tokens t;
$$;
