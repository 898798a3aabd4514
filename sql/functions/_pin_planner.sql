-- _pin_planner: pins the planner within a function, for the time of each call. Functions that are called for batches of tasks
-- or steps call it at the end of their file. The name begins with _ so that this file is applied before those files.
--
-- Each statement of such a function is driven by the batch through indexes, which is right from one step to thousands and on
-- empty and full tables alike. Left to itself, the planner goes by the table sizes of the moment, and a plan that was made while
-- tables were empty (whole-table scans and hashes) stays cached when they are full. Compiling a plan (jit) takes longer than
-- running it.
--
-- The settings are stored with the function, which costs about 1 us a call. Setting them within the body (set_config) takes four
-- times as long, and they would stay until the end of the transaction, which may be the host's.
create or replace function __schema__._pin_planner(p_function text)
returns void language plpgsql as $$
begin
  execute format(
    'alter function __schema__.%I
      set plan_cache_mode = force_generic_plan
      set enable_seqscan = off
      set enable_hashjoin = off
      set enable_mergejoin = off
      set enable_bitmapscan = off
      set jit = off',
    p_function
  );
end $$;

-- Settings that changed reach the functions that had others.
select __schema__._pin_planner(p.proname) from pg_catalog.pg_proc p
where p.pronamespace = '__schema__'::pg_catalog.regnamespace
  and 'plan_cache_mode=force_generic_plan' = any (p.proconfig);
