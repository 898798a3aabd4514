-- audited_moves: the changes of states in an answer of an operator action, for the audit log: at most 20 of them, and
-- null if there is none.
create or replace function __schema__.audited_moves(p_moves jsonb, p_id text) returns jsonb language sql immutable as $$
  select jsonb_agg(jsonb_build_object('id', m.move ->> p_id, 'step', m.move ->> 'step', 'from', m.move ->> 'from',
    'to', m.move ->> 'to') order by m.n)
  from jsonb_array_elements(case jsonb_typeof(p_moves) when 'array' then p_moves end) with ordinality m (move, n)
  where m.n <= 20;
$$;
