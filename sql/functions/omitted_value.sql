-- omitted_value: replaces a value for which an answer has no room; see OmittedValue in
-- lib/persistence/omitted.value.ts.
create or replace function __schema__.omitted_value(p_value jsonb)
returns jsonb language sql stable as $$
  select jsonb_build_object('$omitted', jsonb_build_object('storedBytes', pg_column_size(p_value), 'reason',
    'The answer has no room for this value (option database.maxReadBytes). Read it by itself.'));
$$;
