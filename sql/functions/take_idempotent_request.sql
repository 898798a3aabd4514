-- take_idempotent_request: decides whether to carry out a request with an idempotency key now. Also removes some old
-- requests.
-- Returns {outcome, answer}: `mine`, carry it out, then store the answer or forget it; `answered`, with the stored
-- answer; `busy`, it is in progress; `different`, the key was used with another request.
create or replace function __schema__.take_idempotent_request(
  p_caller text, p_key text, p_fingerprint text, p_taken_seconds double precision, p_kept_seconds double precision
) returns json language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_found __schema__.idempotent_requests;
begin
  delete from __schema__.idempotent_requests q where (q.caller, q.key) in (
    select x.caller, x.key from __schema__.idempotent_requests x
    where x.expires_at <= v_now order by x.expires_at limit 10 for update skip locked
  );
  -- Waits for a concurrent call with the same key, which is short.
  insert into __schema__.idempotent_requests as q (caller, key, fingerprint, taken_until, expires_at)
  values (
    p_caller, p_key, p_fingerprint,
    v_now + make_interval(secs => p_taken_seconds), v_now + make_interval(secs => p_kept_seconds)
  )
  on conflict (caller, key) do update set
    fingerprint = excluded.fingerprint, answer = null,
    taken_until = excluded.taken_until, expires_at = excluded.expires_at
  where q.expires_at <= v_now
    -- The process that carried it out has died.
    or (q.answer is null and q.taken_until <= v_now and q.fingerprint = excluded.fingerprint)
  returning * into v_found;
  if v_found.key is not null then
    return json_build_object('outcome', 'mine', 'answer', null);
  end if;
  select * into v_found from __schema__.idempotent_requests q where q.caller = p_caller and q.key = p_key;
  return json_build_object(
    'outcome', case
      when v_found.fingerprint is distinct from p_fingerprint then 'different'
      when v_found.answer is null then 'busy'
      else 'answered'
    end,
    'answer', case when v_found.fingerprint = p_fingerprint then v_found.answer end
  );
end $$;
