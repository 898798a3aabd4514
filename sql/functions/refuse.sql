-- refuse: refuses an action with {refused: {kind, ...}}, and undoes everything that it did.
--
-- Raises TK001. The functions of actions catch it around all their work and return the refusal: an answer, in contrast
-- to an error, leaves no line in the log of the server, and no aborted transaction. A block does not catch errors of
-- its own declarations.
create or replace function __schema__.refuse(p_kind text, p_details jsonb)
returns void language plpgsql as $$
begin
  raise exception using errcode = 'TK001',
    message = jsonb_build_object('refused', jsonb_build_object('kind', p_kind) || p_details)::text;
end $$;
