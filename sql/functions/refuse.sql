-- refuse: ends what a person asked for with a refusal, {refused: {kind, ...}}, and leaves nothing of what was done before.
--
-- Raises TK001, which the functions of actions catch around all that they do, to answer the refusal: an answer, unlike an error,
-- leaves no line in the log of the server, and no aborted transaction. A block does not catch what its own declarations raise.
create or replace function __schema__.refuse(p_kind text, p_details jsonb)
returns void language plpgsql as $$
begin
  raise exception using errcode = 'TK001',
    message = jsonb_build_object('refused', jsonb_build_object('kind', p_kind) || p_details)::text;
end $$;
