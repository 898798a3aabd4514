-- derive_deliveries_apart: does the work of derive_webhook_deliveries for a batch of which a part was refused, for
-- example by a trigger of the host. Each delivery is stored separately. Those that are refused again are skipped and
-- returned for the log: [{webhookId, place: index in p_told, sqlState, message}]. Null if derive_webhook_deliveries
-- returns false.
--
-- If nothing could be stored and every enabled webhook is refused, skipping would help no webhook: the cursor stays,
-- the refusal is raised, and nothing is lost until the cause is fixed.
create or replace function __schema__.derive_deliveries_apart(
  p_revision bigint, p_task bigint, p_step bigint, p_told jsonb
) returns jsonb language plpgsql as $$
declare
  v_delivery record;
  v_has_stored boolean := false;
  v_refused jsonb := '[]';
  v_state text;
  v_message text;
begin
  update __schema__.webhook_cursor c set after_task = p_task, after_step = p_step, revision = c.revision + 1
  where c.revision = p_revision;
  if not found then
    return null;
  end if;
  set constraints all immediate; -- deferred constraints of the host must not fail at the commit
  for v_delivery in
    select t.place - 1 as place, t.told -> 'change' as change, i.webhook_id
    from jsonb_array_elements(p_told) with ordinality t (told, place)
    cross join lateral jsonb_array_elements_text(t.told -> 'webhookIds') i (webhook_id)
    order by t.place
  loop
    begin
      insert into __schema__.webhook_deliveries (webhook_id, change) values (v_delivery.webhook_id::bigint, v_delivery.change);
      v_has_stored := true;
    exception when others then
      get stacked diagnostics v_state = returned_sqlstate, v_message = message_text;
      if not __schema__.is_of_one_part(v_state) then
        raise;
      end if;
      v_refused := v_refused || jsonb_build_object(
        'webhookId', v_delivery.webhook_id, 'place', v_delivery.place, 'sqlState', v_state, 'message', v_message
      );
    end;
  end loop;
  if v_refused <> '[]' and not v_has_stored and not exists (
    select from __schema__.webhooks w
    where w.is_enabled and w.webhook_id::text not in (select r.value ->> 'webhookId' from jsonb_array_elements(v_refused) r)
  ) then
    raise exception using errcode = v_state, message = v_message;
  end if;
  return v_refused;
end $$;
