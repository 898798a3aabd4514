-- remove_audit_entries: removes entries from the beginning of a chain if all of them are older than p_seconds, at most
-- p_limit, and moves the beginning of the chain on. Stores an entry about it, which the caller must seal in the same
-- transaction. The first of the entries that are not old enough keeps all after it.
-- Returns how many. 0 if there are only entries about earlier removals, which would follow each other for ever.
create or replace function __schema__.remove_audit_entries(
  p_namespace text, p_seconds double precision, p_limit integer
) returns integer language plpgsql as $$
declare
  v_chain __schema__.audit_chains;
  v_last __schema__.audit_log;
  v_count integer;
begin
  select c.* into v_chain from __schema__.audit_chains c where c.namespace = p_namespace for update skip locked;
  select old.* into v_last from (
    select e.* from __schema__.audit_log e
    where e.namespace = p_namespace and e.seq > v_chain.removed_seq order by e.seq limit p_limit
  ) old
  where old.seq < coalesce((
    select min(e.seq) from __schema__.audit_log e
    where e.namespace = p_namespace and e.seq > v_chain.removed_seq and e.seq <= v_chain.removed_seq + p_limit
      and e.occurred_at >= now() - make_interval(secs => p_seconds)
  ), v_chain.seq + 1)
  order by old.seq desc limit 1;
  if v_last.seq is null or not exists (
    select from __schema__.audit_log e
    where e.namespace = p_namespace and e.seq <= v_last.seq and e.operation <> 'removeAuditEntries'
  ) then
    return 0;
  end if;
  update __schema__.audit_chains c set removed_seq = v_last.seq, removed_hash = v_last.hash
  where c.namespace = p_namespace;
  delete from __schema__.audit_log e where e.namespace = p_namespace and e.seq <= v_last.seq;
  get diagnostics v_count = row_count;
  insert into __schema__.audit_inbox (occurred_at, namespace, operation, face, subject_kind, outcome, details)
  values (clock_timestamp(), p_namespace, 'removeAuditEntries', 'code', 'system', 'done', jsonb_build_object(
    'fromSeq', (v_chain.removed_seq + 1)::text, 'throughSeq', v_last.seq::text, 'hash', encode(v_last.hash, 'hex')
  ));
  return v_count;
end $$;
