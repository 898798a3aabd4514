-- Tokens by which machines authenticate. Of a secret there is only the SHA-256: with 256 random bits, a slow hash would add nothing.
create table __schema__.api_tokens (
  id text primary key check (id ~ '^[0-9A-Za-z]{12}$'),
  name text not null check (char_length(name) between 1 and 128),
  -- The user as whom the token acts.
  user_id text not null check (char_length(user_id) between 1 and 128),
  roles text[] not null check (array_position(roles, null) is null),
  -- Null means every namespace. An empty list is refused, because it would lie within every other list.
  namespaces text[] check (cardinality(namespaces) > 0 and array_position(namespaces, null) is null),
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  -- After a rotation, the secret before it stays valid for a while.
  previous_hash bytea check (octet_length(previous_hash) = 32),
  previous_until timestamptz,
  created_at timestamptz not null default now(),
  created_by text not null check (char_length(created_by) between 1 and 128),
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text check (char_length(revoked_by) between 1 and 128),
  last_used_at timestamptz,
  check ((previous_hash is null) = (previous_until is null)),
  check ((revoked_at is null) = (revoked_by is null)),
  check (revoked_at is null or previous_hash is null)
);
