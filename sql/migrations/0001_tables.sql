-- The data model. Current state is a column; transitions are append-only history and never read to learn the present.
-- Lock order of everything that writes: tasks in task_id order, then ready_steps, then workflow_steps.
--
-- Foreign keys stand where people or rare calls write. Tasks and the rows under them (steps, edges, transitions, ready rows)
-- are written only by start_tasks and advance, each from its parent in the same call; a foreign key would check that again
-- for every row, which took two thirds of the time of starting a task and a fifth of that of running a step. What foreign
-- keys would protect at deletion is done by triggers instead, at the end of this file.

-- What columns may hold is said by domains rather than by checks of the tables that steps go through: a statement that
-- writes to a table parses every check of it anew, which took a tenth of the time of a lone step. Domains are parsed once a
-- session, and looked at only for columns that are written.
create domain __schema__.task_state as text
  check (value in ('pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'));

create domain __schema__.step_state as text
  check (value in ('pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually', 'skipped'));

create domain __schema__.task_move as text check (value in (
  'pending > in_progress', 'pending > complete', 'pending > error', 'pending > cancelled',
  'in_progress > complete', 'in_progress > error', 'in_progress > cancelled', 'in_progress > pending',
  'error > pending', 'error > in_progress', 'error > cancelled', 'error > resolved_manually'
));

create domain __schema__.step_move as text check (value in (
  'pending > in_progress', 'pending > cancelled', 'pending > resolved_manually', 'pending > skipped',
  'in_progress > complete', 'in_progress > error', 'in_progress > pending', 'in_progress > cancelled',
  'error > in_progress', 'error > pending', 'error > cancelled', 'error > resolved_manually', 'error > skipped'
));

create domain __schema__.natural_number as integer check (value >= 0);
create domain __schema__.positive_number as integer check (value >= 1);
create domain __schema__.short_text as text check (char_length(value) <= 128);
create domain __schema__.json_list as jsonb check (jsonb_typeof(value) = 'array');
create domain __schema__.json_object as jsonb check (jsonb_typeof(value) = 'object');

create table __schema__.task_namespaces (
  task_namespace_id bigint generated always as identity primary key,
  name text not null unique check (char_length(name) between 1 and 64),
  description text check (char_length(description) <= 255),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

insert into __schema__.task_namespaces (name, description) values ('default', 'Tasks without a namespace of their own');

create table __schema__.dependent_systems (
  dependent_system_id bigint generated always as identity primary key,
  name text not null unique check (char_length(name) between 1 and 64),
  description text check (char_length(description) <= 255),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Object remote_id_one of system one is object remote_id_two of system two.
create table __schema__.dependent_system_object_maps (
  dependent_system_object_map_id bigint generated always as identity primary key,
  dependent_system_one_id bigint not null references __schema__.dependent_systems,
  dependent_system_two_id bigint not null references __schema__.dependent_systems,
  remote_id_one text not null check (char_length(remote_id_one) between 1 and 128),
  remote_id_two text not null check (char_length(remote_id_two) between 1 and 128),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (dependent_system_one_id, dependent_system_two_id, remote_id_one, remote_id_two)
);

-- A versioned task template. Replacing one in place raises its revision and adds step templates; those of earlier
-- revisions stay, so that running tasks keep what they started with.
create table __schema__.named_tasks (
  named_task_id bigint generated always as identity primary key,
  task_namespace_id bigint not null references __schema__.task_namespaces,
  name text not null check (char_length(name) between 1 and 64),
  version text not null default '0.1.0' check (version ~ '^\d+\.\d+\.\d+' and char_length(version) <= 64),
  description text,
  revision integer not null default 1,
  -- Of the current revision.
  step_count integer not null default 0,
  leaf_count integer not null default 0,
  fingerprint text not null,
  configuration jsonb not null default '{}' check (jsonb_typeof(configuration) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (task_namespace_id, name, version)
);

create table __schema__.named_steps (
  named_step_id bigint generated always as identity primary key,
  dependent_system_id bigint not null references __schema__.dependent_systems,
  name text not null check (char_length(name) between 1 and 128),
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (dependent_system_id, name)
);

-- Where steps wait: those of one namespace in one queue. Lanes take turns, so that what waits in one of them holds up no
-- other. There is one for each queue and namespace that a template ever named; a worker that serves all queues serves all.
create table __schema__.lanes (
  lane_id integer generated always as identity primary key,
  queue text not null check (char_length(queue) between 1 and 64),
  task_namespace_id bigint not null references __schema__.task_namespaces,
  created_at timestamptz not null default now(),
  unique (queue, task_namespace_id)
);

-- A step template: one step of one revision of a named task. Immutable, so workers may cache a row by its id.
create table __schema__.named_tasks_named_steps (
  id bigint generated always as identity primary key,
  named_task_id bigint not null references __schema__.named_tasks,
  named_step_id bigint not null references __schema__.named_steps,
  revision integer not null,
  position integer not null check (position >= 0),
  parent_positions integer[] not null,
  -- Edges on the shortest path from a root.
  min_depth integer not null,
  is_leaf boolean not null,
  handler text not null,
  handler_config jsonb not null default '{}',
  default_retryable boolean not null default true,
  default_retry_limit integer not null default 3 check (default_retry_limit >= 1),
  skippable boolean not null default false,
  timeout_seconds double precision not null check (timeout_seconds > 0),
  backoff jsonb not null,
  lane_id integer not null references __schema__.lanes,
  priority smallint not null default 0,
  -- The handler's database work and the outcome are one transaction.
  transactional boolean not null default false,
  -- How many may run or start: {name, key: [path into the context] or null, concurrency or null,
  -- rate: {count, seconds} or null}. Null: no limit.
  limits jsonb,
  created_at timestamptz not null default now(),
  unique (named_task_id, revision, position),
  unique (named_task_id, revision, named_step_id)
);

create index named_tasks_named_steps_limit on __schema__.named_tasks_named_steps ((limits ->> 'name')) where limits is not null;

-- fillfactor: a task changes state about twice and a step three times; the room keeps those updates on their page (HOT),
-- which also needs that no index covers a column they change.
create table __schema__.tasks (
  task_id bigint generated always as identity primary key,
  named_task_id bigint not null,
  task_namespace_id bigint not null,
  state __schema__.task_state not null default 'pending',
  -- Leaf steps not yet done: the task is complete when none is left, which no other step needs to touch this row for.
  -- Null once a step was cancelled: the task is then over, and cancelled, when no step is left that is unfinished.
  open_leaves __schema__.natural_number,
  -- Steps that failed and will not be retried by themselves.
  failed_steps __schema__.natural_number not null default 0,
  -- Null leaves each step the priority of its template.
  priority smallint,
  context __schema__.json_object not null,
  requested_at timestamptz not null default now(),
  initiator __schema__.short_text not null default 'unknown',
  source_system __schema__.short_text not null default 'unknown',
  reason __schema__.short_text not null default 'unknown',
  tags __schema__.json_list not null default '[]',
  bypass_steps __schema__.json_list not null default '[]',
  -- Null: never a duplicate of another task. What is unique stands in task_identities.
  identity_hash __schema__.short_text,
  -- Its first steps are not due before. Null: at once.
  run_at timestamptz,
  -- What is unfinished then fails. Null: never.
  deadline_at timestamptz,
  -- Nobody begins its steps until it is released. Null: not on hold.
  held_at timestamptz,
  -- Kept whatever the retention says.
  retained boolean not null default false,
  -- The task that this one repeats.
  rerun_of bigint,
  -- Its task handler is to be told of each of its ends.
  has_final_hook boolean not null default false,
  -- When it reached a final state.
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
) with (fillfactor = 50);

-- For questions about a period, here and on the two histories below: rows lie in the order in which they were made, so a
-- few bytes a megabyte find them. An insert takes 0.3 microseconds longer; updates stay HOT, as none changes created_at.
create index tasks_created on __schema__.tasks using brin (created_at) with (autosummarize = on);

-- To list the tasks of a template, and to look whether there are any.
create index tasks_named_task on __schema__.tasks (named_task_id, task_id);

-- Tasks that ended otherwise than complete, so that they are found among millions of others without an index on the state,
-- which would make every change of state a write to that index. A trigger of the transitions keeps it.
create table __schema__.set_aside_tasks (
  task_id bigint primary key,
  since timestamptz not null
);

-- Which task an identity stands for, and how long a request of the same identity is answered with it.
create table __schema__.task_identities (
  identity_hash text primary key,
  task_id bigint not null,
  -- Null: as long as the task exists.
  expires_at timestamptz
);

-- Requests over HTTP that came with an idempotency key, and how they were answered, for as long as they may come again.
create table __schema__.idempotent_requests (
  -- The user who asked; empty where the host does not authenticate. Keys of two users are two keys.
  caller text not null,
  key text not null,
  -- Of method, path and body: what comes again must be the same.
  fingerprint text not null,
  -- Null: not answered yet.
  answer jsonb,
  -- Until then nobody else tries an unanswered one.
  taken_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (caller, key)
);

create index idempotent_requests_expired on __schema__.idempotent_requests (expires_at);

-- Beside the tasks, so that those past their deadline are found without an index that finished tasks stay in. A row is
-- left until its time has come, whatever became of its task.
create table __schema__.task_deadlines (
  task_id bigint primary key,
  deadline_at timestamptz not null
);

create index task_deadlines_due on __schema__.task_deadlines (deadline_at);

create table __schema__.workflow_steps (
  workflow_step_id bigint generated always as identity primary key,
  task_id bigint not null,
  named_step_id bigint not null,
  step_template_id bigint not null,
  state __schema__.step_state not null default 'pending',
  -- Parents that do not satisfy this step yet. get_step_readiness_status derives the same from the edges.
  waiting_on __schema__.natural_number not null,
  is_leaf boolean not null,
  retryable boolean not null default true,
  -- How far `attempts` may go.
  retry_limit __schema__.positive_number not null default 3,
  skippable boolean not null default false,
  -- Counts on over resets and attempts that were handed back unrun, so that no two share a number: what a worker says about
  -- an earlier one is stale. Users are shown what is above attempts_before.
  attempts __schema__.natural_number not null default 0,
  -- Of which before the latest reset, or handed back unrun.
  attempts_before integer not null default 0,
  -- When the latest attempt began.
  last_attempted_at timestamptz,
  processed_at timestamptz,
  backoff_request_seconds double precision,
  -- Null: the context of the task.
  inputs jsonb,
  results jsonb,
  -- What the latest attempt failed with: {message, code, class, permanent, context, stack}; null once a later one succeeded.
  error jsonb,
  -- Decided ahead of the step's turn: {as: skipped or resolved_manually, actor, reason}. It takes effect when all parents
  -- are done, so that what depends on this step still waits for what comes before it.
  settlement jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (task_id, named_step_id)
) with (fillfactor = 40);

create table __schema__.workflow_step_edges (
  from_step_id bigint not null,
  to_step_id bigint not null,
  task_id bigint not null,
  name text not null default 'provides',
  primary key (from_step_id, to_step_id),
  check (from_step_id <> to_step_id)
);

create index workflow_step_edges_to on __schema__.workflow_step_edges (to_step_id, from_step_id);

create table __schema__.task_transitions (
  id bigint generated always as identity,
  task_id bigint not null,
  from_state text not null,
  to_state text not null,
  actor text,
  reason text,
  -- From the creation of the task, on the transition that completes it.
  duration_seconds double precision,
  metadata jsonb,
  created_at timestamptz not null default now(),
  primary key (task_id, id),
  check ((from_state || ' > ' || to_state)::__schema__.task_move is not null)
);

create function __schema__.note_set_aside_task() returns trigger language plpgsql as $$
begin
  if new.to_state in ('error', 'cancelled', 'resolved_manually') then
    insert into __schema__.set_aside_tasks as a (task_id, since) values (new.task_id, new.created_at)
    on conflict (task_id) do update set since = excluded.since;
  else
    delete from __schema__.set_aside_tasks a where a.task_id = new.task_id;
  end if;
  return null;
end $$;

create trigger note_set_aside_task after insert on __schema__.task_transitions
  for each row when (
    new.to_state in ('error', 'cancelled', 'resolved_manually')
    or new.from_state in ('error', 'cancelled', 'resolved_manually')
  )
  execute function __schema__.note_set_aside_task();

create index task_transitions_created on __schema__.task_transitions using brin (created_at) with (autosummarize = on);

-- Those who follow what changes read on from where they were; as on the steps' history below. BRIN would cost less to write,
-- but knows nothing of the newest pages until a vacuum comes by, and these are the ones that are read.
create unique index task_transitions_id on __schema__.task_transitions (id);

create table __schema__.workflow_step_transitions (
  id bigint generated always as identity,
  workflow_step_id bigint not null,
  task_id bigint not null,
  from_state text not null,
  to_state text not null,
  attempt integer not null,
  worker_id bigint,
  actor text,
  reason text,
  -- How long the attempt ran, on the transition that ends it.
  duration_seconds double precision,
  error_summary text,
  metadata jsonb,
  created_at timestamptz not null default now(),
  primary key (workflow_step_id, id),
  check ((from_state || ' > ' || to_state)::__schema__.step_move is not null)
);

create index workflow_step_transitions_created on __schema__.workflow_step_transitions using brin (created_at)
  with (autosummarize = on);

create unique index workflow_step_transitions_id on __schema__.workflow_step_transitions (id);

create table __schema__.annotation_types (
  annotation_type_id bigint generated always as identity primary key,
  name text not null unique check (char_length(name) between 1 and 64),
  description text check (char_length(description) <= 255),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table __schema__.task_annotations (
  task_annotation_id bigint generated always as identity primary key,
  task_id bigint not null references __schema__.tasks on delete cascade,
  annotation_type_id bigint not null references __schema__.annotation_types,
  annotation jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index task_annotations_task on __schema__.task_annotations (task_id);
create index task_annotations_type on __schema__.task_annotations (annotation_type_id);

-- Ends of tasks that a task handler is still to be told of, written in the transaction that ends the task. A process that
-- is telling pushes due_at into the future; one that dies leaves the row to be due again.
create table __schema__.final_hooks (
  final_hook_id bigint generated always as identity primary key,
  task_id bigint not null,
  named_task_id bigint not null,
  -- How the task ended.
  state __schema__.task_state not null,
  -- Null: it failed too often and was given up.
  due_at timestamptz default now(),
  -- Begun; names the one that may store its annotations.
  attempts integer not null default 0,
  -- What the latest failed with.
  error text,
  created_at timestamptz not null default now()
);

create index final_hooks_due on __schema__.final_hooks (named_task_id, due_at);
create index final_hooks_task on __schema__.final_hooks (task_id);

-- One row a process that runs steps. Its heartbeat is the lease on every step it claimed.
create table __schema__.workers (
  worker_id bigint generated always as identity primary key,
  name text not null,
  host text not null,
  pid integer not null,
  version text not null,
  -- Null: all queues.
  queues text[],
  concurrency integer not null,
  lease_seconds double precision not null check (lease_seconds > 0),
  started_at timestamptz not null default now(),
  last_heartbeat_at timestamptz not null default now(),
  stopped_at timestamptz,
  lost_at timestamptz,
  -- Gone for good: it was looked whether it still holds a step, and it holds none.
  cleared_at timestamptz
) with (fillfactor = 70);

-- One row per step that may run now or later. Ready: no worker and run_at due; retrying: run_at in the future; running:
-- it has a worker. A finished step has no row. Wide tables are never scanned for work.
create table __schema__.ready_steps (
  workflow_step_id bigint primary key,
  task_id bigint not null,
  task_namespace_id bigint not null,
  step_template_id bigint not null,
  run_at timestamptz not null,
  lane_id integer not null,
  priority smallint not null,
  worker_id bigint,
  -- Attempts begun; names the attempt that an outcome must belong to (the fencing token).
  attempt integer not null default 0,
  -- The step is in error and waits for its next attempt.
  retrying boolean not null default false,
  -- Its task is on hold.
  is_held boolean not null default false,
  -- Steps with the same key share a limit. Null: no limit.
  limit_key text
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- What has a limit is not in here, so that it costs nothing where there is none.
create index ready_steps_due on __schema__.ready_steps (lane_id, priority desc, run_at, workflow_step_id)
  where worker_id is null and not is_held and limit_key is null;

-- Both those that run under a limit and those that wait for it, in the order of urgency. One index and no more: each that is
-- looked at for a new row, even if the row is not in it, adds 2 % to starting a task.
create index ready_steps_limited on __schema__.ready_steps (limit_key, worker_id, priority desc, run_at, workflow_step_id)
  where limit_key is not null;

-- Limits to look at: a step came to wait under this key, one that ran gave its place free, or time makes room. Written in
-- the transaction that makes it so and without a key of its own, so that nobody waits for anybody (compare lock_limited_steps).
create table __schema__.limit_checks (
  limit_key text not null,
  lane_id integer not null,
  due_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create index limit_checks_due on __schema__.limit_checks (lane_id, due_at);
create index limit_checks_key on __schema__.limit_checks (limit_key);

-- Starts under a limit of starts per time, for as long as they count. Claims under the same key clear them away; heartbeats
-- those of keys that nobody uses any more.
create table __schema__.limit_starts (
  limit_key text not null,
  counts_until timestamptz not null
);

create index limit_starts_key on __schema__.limit_starts (limit_key, counts_until);
create index limit_starts_counts_until on __schema__.limit_starts (counts_until);

-- What people did to tasks, whether or not it changed a state.
create table __schema__.operator_actions (
  operator_action_id bigint generated always as identity primary key,
  task_id bigint not null,
  workflow_step_id bigint,
  action text not null,
  actor text not null,
  reason text,
  details jsonb,
  created_at timestamptz not null default now()
);

create index operator_actions_task on __schema__.operator_actions (task_id);

-- Totals by namespace and state cost the same at ten tasks or ten million: each transaction appends what it changed, so
-- no row is hot, and fold_state_totals() adds the deltas up now and then. The view namespace_state_totals reads both.
create table __schema__.state_totals (
  task_namespace_id bigint not null references __schema__.task_namespaces,
  kind text not null check (kind in ('task', 'step')),
  state text not null,
  total bigint not null,
  primary key (task_namespace_id, kind, state)
);

create table __schema__.state_total_deltas (
  task_namespace_id bigint not null,
  kind text not null,
  -- Null: they are new.
  from_state text,
  -- Null: they are removed.
  to_state text,
  -- How many went from the one to the other.
  amount bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Tasks that the retention removed, where it is asked to keep them.
create table __schema__.archived_tasks (
  task_id bigint primary key,
  document jsonb not null,
  archived_at timestamptz not null default now()
);

-- Whom to tell of changes over HTTP, and of which.
create table __schema__.webhooks (
  webhook_id bigint generated always as identity primary key,
  url text not null check (char_length(url) <= 2048),
  -- In the clear: every request is signed with it.
  secret text not null check (char_length(secret) <= 128),
  filter __schema__.json_object not null,
  description text check (char_length(description) <= 255),
  is_enabled boolean not null,
  -- The ids in the two histories that it is told of: those that nobody could see when it was created or enabled. Where it is
  -- disabled, without those that nobody could see then.
  told_task int8multirange not null check (upper_inf(told_task) = is_enabled),
  told_step int8multirange not null check (upper_inf(told_step) = is_enabled),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A change that a webhook is to be told of, was told of, or could not be told of.
create table __schema__.webhook_deliveries (
  webhook_delivery_id bigint generated always as identity primary key,
  webhook_id bigint not null references __schema__.webhooks on delete cascade,
  change __schema__.json_object not null,
  -- Begun.
  attempts __schema__.natural_number not null default 0,
  -- Grows with whatever takes it from those who had it before: only the latest claim may say how it ended. Attempts would not
  -- do, as they begin anew when it is made again.
  claim bigint not null default 0,
  -- A process that is telling pushes it into the future. Null: it is over.
  due_at timestamptz default now(),
  delivered_at timestamptz,
  given_up_at timestamptz,
  -- What the latest attempt was answered with, or failed with.
  last_status integer,
  last_error text check (char_length(last_error) <= 500),
  created_at timestamptz not null default now(),
  check (num_nonnulls(due_at, delivered_at, given_up_at) = 1)
);

-- Each for one question: what is due, what became of those of a webhook, which of them failed, what is old enough to go.
create index webhook_deliveries_due on __schema__.webhook_deliveries (webhook_id, due_at) where due_at is not null;
create index webhook_deliveries_webhook on __schema__.webhook_deliveries (webhook_id, webhook_delivery_id);
create index webhook_deliveries_failed on __schema__.webhook_deliveries (webhook_id, webhook_delivery_id)
  where given_up_at is not null;
create index webhook_deliveries_over on __schema__.webhook_deliveries (coalesce(delivered_at, given_up_at))
  where due_at is null;

-- The one row says up to where deliveries were derived from the two histories, and which process does it. Up to there the
-- histories are settled: whatever has such an id is visible or will never be.
create table __schema__.webhook_cursor (
  webhook_cursor_id smallint primary key default 1 check (webhook_cursor_id = 1),
  after_task bigint not null default 0,
  after_step bigint not null default 0,
  -- Grows with each move of the cursor and each change of a webhook: what was derived from an earlier one does not count.
  revision bigint not null default 0,
  reader text,
  read_until timestamptz
);

insert into __schema__.webhook_cursor default values;

-- The planner is set as in advance, with which it shares check_limits.
create function __schema__.delete_rows_of_tasks() returns trigger language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  v_freed_templates bigint[];
  v_freed_keys text[];
begin
  -- Before the steps, as the order of locks says: a claim locks them in this order too.
  with dropped as (
    delete from __schema__.ready_steps r using gone g, __schema__.workflow_steps s
    where s.task_id = g.task_id and r.workflow_step_id = s.workflow_step_id
    returning r.limit_key, r.step_template_id, r.worker_id
  )
  select array_agg(step_template_id), array_agg(limit_key) into v_freed_templates, v_freed_keys
  from dropped where limit_key is not null and worker_id is not null;
  if v_freed_keys is not null then
    perform __schema__.check_limits(v_freed_templates, v_freed_keys);
  end if;
  -- Counted from the rows as they were when deleted: until then a claim may have changed them.
  with removed as (
    delete from __schema__.workflow_steps s using gone g where s.task_id = g.task_id
    returning g.task_namespace_id, s.state
  )
  insert into __schema__.state_total_deltas (task_namespace_id, kind, from_state, amount)
  select task_namespace_id, 'step', state, count(*) from removed group by 1, 3
  union all
  select task_namespace_id, 'task', state, count(*) from gone group by 1, 3;
  delete from __schema__.task_transitions t using gone g where t.task_id = g.task_id;
  delete from __schema__.operator_actions a using gone g where a.task_id = g.task_id;
  delete from __schema__.task_deadlines d using gone g where d.task_id = g.task_id;
  delete from __schema__.set_aside_tasks a using gone g where a.task_id = g.task_id;
  delete from __schema__.final_hooks f using gone g where f.task_id = g.task_id;
  delete from __schema__.task_identities i using gone g
  where i.identity_hash = g.identity_hash and i.task_id = g.task_id;
  return null;
end $$;

create trigger delete_rows_of_tasks after delete on __schema__.tasks
  referencing old table as gone for each statement execute function __schema__.delete_rows_of_tasks();

-- What start_tasks reads of a named task it locks until its tasks are committed, so none is missed here.
create function __schema__.keep_used_named_task() returns trigger language plpgsql as $$
begin
  if exists (select 1 from __schema__.tasks t where t.named_task_id = old.named_task_id) then
    raise exception 'named task % has tasks', old.named_task_id using errcode = 'foreign_key_violation';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

create trigger keep_used_named_task_at_delete before delete on __schema__.named_tasks
  for each row execute function __schema__.keep_used_named_task();

create trigger keep_used_named_task_at_update before update on __schema__.named_tasks
  for each row when (old.named_task_id <> new.named_task_id or old.task_namespace_id <> new.task_namespace_id)
  execute function __schema__.keep_used_named_task();

create function __schema__.delete_rows_of_steps() returns trigger language plpgsql as $$
begin
  delete from __schema__.ready_steps r using gone g where r.workflow_step_id = g.workflow_step_id;
  delete from __schema__.workflow_step_edges e using gone g where e.from_step_id = g.workflow_step_id;
  delete from __schema__.workflow_step_edges e using gone g where e.to_step_id = g.workflow_step_id;
  delete from __schema__.workflow_step_transitions t using gone g where t.workflow_step_id = g.workflow_step_id;
  return null;
end $$;

create trigger delete_rows_of_steps after delete on __schema__.workflow_steps
  referencing old table as gone for each statement execute function __schema__.delete_rows_of_steps();
