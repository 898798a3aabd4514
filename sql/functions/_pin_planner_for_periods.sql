-- _pin_planner_for_periods: pins the planner within a function that reads what happened in a period, for the time of each call. Such
-- functions call it at the end of their file. The name begins with _ so that this file is applied before those files.
--
-- The period is found by the BRIN index over its time, however large the tables are and whenever they were analysed. Compiling a
-- plan (jit) takes longer than running it. Unlike _pin_planner, which is for functions that are given the rows to start from, it
-- leaves bitmap scans on, as a BRIN index is read in no other way.
create or replace function __schema__._pin_planner_for_periods(p_function text)
returns void language plpgsql as $$
begin
  execute format(
    'alter function __schema__.%I
      set enable_seqscan = off
      set enable_hashjoin = off
      set enable_mergejoin = off
      set jit = off',
    p_function
  );
end $$;

-- Settings that changed reach the functions that had others.
select __schema__._pin_planner_for_periods(p.proname) from pg_catalog.pg_proc p
where p.pronamespace = '__schema__'::pg_catalog.regnamespace
  and 'enable_hashjoin=off' = any (p.proconfig) and not 'enable_bitmapscan=off' = any (p.proconfig);
