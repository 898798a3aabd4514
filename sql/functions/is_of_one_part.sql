-- is_of_one_part: whether an error may lie in one row or table of a statement, so that the same work without that part
-- may succeed. False for errors that affect all statements alike or pass by themselves: lost connections (08), a
-- read-only session or server (25), conflicts (40), resources (53, except memory, which one large value can need),
-- cancellations and shutdowns (57), the system (58), locked rows (55P03). lib/persistence/sql.errors.ts has the same
-- rule.
create or replace function __schema__.is_of_one_part(p_sqlstate text) returns boolean language sql immutable as $$
  select p_sqlstate !~ '^(08|25|40|53|57|58)' and p_sqlstate <> '55P03' or p_sqlstate = '53200'
$$;
