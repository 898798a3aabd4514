-- A check that was written with backslashes, which mean another thing where standard_conforming_strings is off: the schema may
-- have been created under that.
alter table __schema__.named_tasks drop constraint if exists named_tasks_version_check;
alter table __schema__.named_tasks add constraint named_tasks_version_check
  check (version ~ '^[0-9]+[.][0-9]+[.][0-9]+' and char_length(version) <= 64);
