-- Sensitive values are kept apart from the documents that they belong to, which have a placeholder in their places: so nothing that
-- reads the documents can show them.
create table __schema__.sensitive_values (
  task_id bigint not null,
  -- 0 for the context of the task, otherwise the step whose results they belong to.
  workflow_step_id bigint not null default 0,
  -- The key that the content is encrypted with; null if it is not.
  key_id text check (char_length(key_id) between 1 and 128),
  -- JSON, [[location, value]]; encrypted: nonce, tag and ciphertext of AES-256-GCM.
  content bytea not null,
  primary key (task_id, workflow_step_id)
);

create index sensitive_values_key on __schema__.sensitive_values (key_id, task_id, workflow_step_id);

-- The people whom tasks are about, by a keyed hash of what identifies them.
create table __schema__.data_subjects (
  task_id bigint primary key,
  subject_hash bytea not null check (octet_length(subject_hash) = 32)
);

create index data_subjects_hash on __schema__.data_subjects (subject_hash, task_id);

-- The tasks whose data was erased.
create table __schema__.erased_tasks (
  task_id bigint primary key,
  erased_at timestamptz not null,
  actor text not null check (char_length(actor) between 1 and 128)
);

alter table __schema__.named_tasks_named_steps add column sensitive __schema__.json_object;

-- Functions with more parameters than before; they are made again below.
drop function if exists __schema__.advance(
  bigint, bigint[], bigint[], integer[], text[], text[], text[], double precision[], integer, text[], bigint[], bigint[],
  integer, bigint, bigint[]
);
drop function if exists __schema__.advance_apart(
  bigint, bigint[], bigint[], integer[], text[], text[], text[], double precision[], integer, text[], bigint[], bigint[],
  integer, bigint
);
drop function if exists __schema__.record_outcomes(
  bigint, bigint[], bigint[], integer[], text[], text[], text[], double precision[], text, integer, integer[], bigint[],
  bigint[]
);
drop function if exists __schema__.record_apart(
  bigint, bigint[], bigint[], integer[], text[], text[], text[], double precision[], text
);
drop function if exists __schema__.record_transactional(bigint, bigint, bigint, integer, text);
drop function if exists __schema__.settle_step(bigint, text, text, jsonb, text, text);

-- The details of an entry may be erased, and nothing else of it may change.
drop trigger audit_log_is_kept on __schema__.audit_log;

create trigger audit_log_is_kept before truncate on __schema__.audit_log
for each statement execute function __schema__.keep_audit_log();

create trigger audit_entries_are_unchanged before update on __schema__.audit_log
for each row when (
  new.details is not null
  or to_jsonb(new) - '{details,details_salt}'::text[] <> to_jsonb(old) - '{details,details_salt}'::text[]
) execute function __schema__.keep_audit_log();
