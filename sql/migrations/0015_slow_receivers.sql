-- Receivers that hang get one request at a time, and never all requests of a process: functions with more parameters than before.
-- They are made again below.
drop function if exists __schema__.claim_webhook_deliveries(integer, integer, bigint[], double precision);
drop function if exists __schema__.claim_deliveries_apart(integer, integer, bigint[], double precision);
