-- Reading has a budget in bytes: functions with other parameters than before. They are made again below.
drop function if exists __schema__.read_tasks(bigint[], text[]);
drop function if exists __schema__.rerun_task(bigint, text, text, text, text, text);
drop function if exists __schema__.remove_finished_tasks(double precision, bigint, integer, boolean);
