-- Columns that nothing wrote are dropped. Every step reads the context of its task, and edges have one meaning only.
alter table __schema__.workflow_steps drop column inputs;
alter table __schema__.workflow_step_edges drop column name;
alter table __schema__.task_transitions drop column metadata;

-- A failure in the history carries all that the event step.failed does. The history's attempt is the one that handlers and
-- events name, counted since the latest reset and without attempts that were handed back.
alter table __schema__.workflow_step_transitions
  drop column metadata,
  drop column error_summary,
  -- {message, code, class, permanent}; null: the attempt did not fail.
  add column error jsonb,
  -- When the next attempt of a failed step is due; null: none follows by itself.
  add column retry_at timestamptz;

-- It is given the instant of the claim that it belongs to.
drop function if exists __schema__.begin_tasks(bigint[]);
