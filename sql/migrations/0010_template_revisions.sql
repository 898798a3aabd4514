-- Two processes may load one version of a template and resolve it differently, as their options or their environment differ;
-- so what a template says is kept apart from what it was resolved to, and so is each revision that it ever had.
alter table __schema__.named_tasks
  -- What the template says, without the defaults of a host; the fingerprint is of this. Null: registered before this column.
  add column wording jsonb check (jsonb_typeof(wording) = 'object');

-- The revisions of a named task. named_tasks repeats the current one, which may be an earlier one again.
create table __schema__.named_task_revisions (
  named_task_id bigint not null references __schema__.named_tasks on delete cascade,
  revision integer not null,
  description text,
  fingerprint text not null,
  wording jsonb,
  configuration jsonb not null,
  step_count integer not null,
  leaf_count integer not null,
  created_at timestamptz not null default now(),
  primary key (named_task_id, revision)
);

insert into __schema__.named_task_revisions (
  named_task_id, revision, description, fingerprint, configuration, step_count, leaf_count, created_at
)
select named_task_id, revision, description, fingerprint, configuration, step_count, leaf_count, updated_at
from __schema__.named_tasks;

drop function if exists __schema__.register_template(text, text, text, text, text, jsonb, jsonb, boolean);
