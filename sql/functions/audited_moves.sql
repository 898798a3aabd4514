-- audited_moves: the changes of states in an answer of an operator action, for the audit log: at most 20 of them, and
-- null if there is none.
create or replace function __schema__.audited_moves(p_moves jsonb, p_id text)
returns jsonb language plpgsql immutable as $$
begin
  if p_moves is null or p_moves = '[]' then
    return null;
  end if;
  return (
    select jsonb_agg(jsonb_build_object('id', m.move ->> p_id, 'step', m.move ->> 'step', 'from', m.move ->> 'from',
      'to', m.move ->> 'to') order by m.n)
    from jsonb_array_elements(p_moves) with ordinality m (move, n)
    where m.n <= 20
  );
end $$;
