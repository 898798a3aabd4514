-- Every table gets a primary key. Where a publication covers all tables (logical replication: Debezium, blue-green upgrades),
-- PostgreSQL refuses to update or delete rows of a table without one, and a subscriber finds such rows by reading the whole
-- table. Sessions take numbers from these sequences in advance, as nothing depends on their order: gaps are of no account.
alter table __schema__.limit_checks
  add column limit_check_id bigint generated always as identity (cache 100) primary key;

alter table __schema__.limit_starts
  add column limit_start_id bigint generated always as identity (cache 100) primary key;

alter table __schema__.state_total_deltas
  add column state_total_delta_id bigint generated always as identity (cache 100) primary key;

-- It has other parameters than before, and is made again below.
drop function if exists __schema__.expire_tasks(integer);
