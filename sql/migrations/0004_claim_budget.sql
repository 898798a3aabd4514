-- Claims have a budget in bytes: functions with other parameters or another answer than before. They are made again below.
drop function if exists __schema__.advance(
  bigint, bigint[], bigint[], integer[], text[], text[], text[], double precision[], integer, text[], bigint[], bigint[],
  integer
);
drop function if exists __schema__.start_and_claim(
  bigint, integer, text[], bigint[], bigint[], integer, bigint[], text[], text[], text[], text[], text[], smallint[], text[]
);
drop function if exists __schema__.describe_claims(bigint[], text[]);
drop function if exists __schema__.claim_steps(
  bigint, integer, integer[], bigint[], bigint[], bigint[], integer, bigint[]
);
