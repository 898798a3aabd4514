-- check_revision: raises TK006 unless p_revision is null or that of the row which was changed last at p_updated_at.
create or replace function __schema__.check_revision(p_what text, p_revision text, p_updated_at timestamptz)
returns void language plpgsql as $$
begin
  if p_revision <> __schema__.revision_of(p_updated_at) then
    raise exception '% was changed since revision %; it is at % now.', p_what, p_revision,
      __schema__.revision_of(p_updated_at) using errcode = 'TK006';
  end if;
end $$;
