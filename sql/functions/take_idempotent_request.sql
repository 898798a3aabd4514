-- take_idempotent_request: whether a request that came with an idempotency key is to be carried out now. Forgets some that are
-- too old, on the way.
-- Answers {outcome, answer}: `mine`, carry it out, then answer or forget it; `answered`, here is what was answered;
-- `busy`, it is being carried out; `different`, the key was given with another request.
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
  -- Waits for another call with the same key, which is over in a moment.
  insert into __schema__.idempotent_requests as q (caller, key, fingerprint, taken_until, expires_at)
  values (
    p_caller, p_key, p_fingerprint,
    v_now + make_interval(secs => p_taken_seconds), v_now + make_interval(secs => p_kept_seconds)
  )
  on conflict (caller, key) do update set
    fingerprint = excluded.fingerprint, answer = null,
    taken_until = excluded.taken_until, expires_at = excluded.expires_at
  where q.expires_at <= v_now
    -- Whoever carried it out is gone.
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
