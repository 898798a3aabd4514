-- is_of_one_part: whether an error may lie in one row of a statement, or in one table that it touches, so that the same work
-- without that part may succeed. Not so for what hits every statement alike or passes by itself: lost connections (08), a
-- session or server that only reads (25), conflicts (40), resources (53, but for memory, which one large value can need),
-- cancellations and shutdowns (57), the system (58), locks that are taken (55P03). lib/persistence/sql.errors.ts has the same
-- rule.
create or replace function __schema__.is_of_one_part(p_sqlstate text) returns boolean language sql immutable as $$
  select p_sqlstate !~ '^(08|25|40|53|57|58)' and p_sqlstate <> '55P03' or p_sqlstate = '53200'
$$;
