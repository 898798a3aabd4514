-- The named tasks whose templates a worker has loaded, and those of them that have a task handler there.
alter table __schema__.workers
  add column template_ids bigint[] not null default '{}',
  add column handled_template_ids bigint[] not null default '{}';

drop function if exists __schema__.register_worker(text, text, integer, text, text[], integer, double precision);
