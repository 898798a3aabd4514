-- check_revision: refuses (see refuse) unless p_revision is null or the revision of the row, which last changed at
-- p_updated_at.
create or replace function __schema__.check_revision(p_what text, p_revision text, p_updated_at timestamptz)
returns void language plpgsql as $$
begin
  if p_revision <> __schema__.revision_of(p_updated_at) then
    perform __schema__.refuse('stale_revision', jsonb_build_object(
      'what', p_what, 'revision', p_revision, 'current', __schema__.revision_of(p_updated_at)
    ));
  end if;
end $$;
