-- instant_text: an instant as ISO 8601 in UTC, for use in JSON, which has no instants. PostgreSQL's own text of an
-- instant depends on the session's time zone.
create or replace function __schema__.instant_text(p_instant timestamptz)
returns text language sql stable as $$
  select to_char(p_instant at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;
