-- claim_deliveries_apart: does the work of claim_webhook_deliveries if a row was refused, for example by a trigger of
-- the host. Each delivery is claimed separately, and refused ones stay unchanged.
-- Returns {claimed: see claim_webhook_deliveries, refused: [{id, webhookId, sqlState, message}]}. A webhook of which
-- more than p_share and a hundred rows are refused receives nothing until the cause is fixed.
create or replace function __schema__.claim_deliveries_apart(
  p_limit integer, p_share integer, p_without bigint[], p_lease_seconds double precision,
  p_quick bigint[] default null, p_slow bigint[] default '{}', p_others integer default 0
) returns jsonb language plpgsql as $$
declare
  v_due record;
  v_claimed jsonb := '[]';
  v_refused jsonb := '[]';
  v_shares jsonb := '{}';
  v_share integer;
  v_others integer := 0;
  v_delivery jsonb;
  v_state text;
  v_message text;
begin
  set constraints all immediate; -- deferred constraints of the host must not fail at the commit
  for v_due in
    with due as materialized (
      select d.webhook_delivery_id, d.webhook_id, d.due_at, w.url, w.secret, w.scope, k.is_quick
      from __schema__.webhooks w
      cross join lateral (select p_quick is null or w.webhook_id = any (p_quick) as is_quick) k
      cross join lateral (
        select x.webhook_delivery_id, x.webhook_id, x.due_at from __schema__.webhook_deliveries x
        where x.webhook_id = w.webhook_id and x.due_at <= now()
        order by x.due_at limit p_share + 100 for update skip locked
      ) d
      where w.is_enabled and w.webhook_id <> all (p_without) and (k.is_quick or p_others > 0)
    )
    select d.* from due d
    order by row_number() over (partition by d.webhook_id order by d.due_at),
      array_position(p_slow, d.webhook_id) nulls first, d.due_at
  loop
    exit when jsonb_array_length(v_claimed) >= p_limit;
    v_share := coalesce((v_shares ->> v_due.webhook_id::text)::integer, 0);
    continue when v_share >= case when v_due.is_quick then p_share else 1 end;
    continue when not v_due.is_quick and v_others >= p_others;
    begin
      update __schema__.webhook_deliveries d set
        attempts = d.attempts + 1, claim = d.claim + 1, due_at = now() + make_interval(secs => p_lease_seconds)
      where d.webhook_delivery_id = v_due.webhook_delivery_id
      returning jsonb_build_object(
        'id', d.webhook_delivery_id::text, 'claim', d.claim::text, 'webhookId', d.webhook_id::text, 'url', v_due.url,
        'secret', v_due.secret, 'scope', v_due.scope, 'change', d.change, 'attempt', d.attempts
      ) into v_delivery;
      if v_delivery is not null then
        v_claimed := v_claimed || v_delivery;
        v_others := v_others + (not v_due.is_quick)::integer;
        v_shares := v_shares || jsonb_build_object(v_due.webhook_id::text, v_share + 1);
      end if;
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text;
      if not __schema__.is_of_one_part(v_state) then
        raise;
      end if;
      v_refused := v_refused || jsonb_build_object(
        'id', v_due.webhook_delivery_id::text, 'webhookId', v_due.webhook_id::text, 'sqlState', v_state, 'message', v_message
      );
    end;
  end loop;
  return jsonb_build_object('claimed', v_claimed, 'refused', v_refused);
end $$;

select __schema__._pin_planner('claim_deliveries_apart');
