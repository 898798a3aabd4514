-- keep_sensitive_values: stores the sensitive values of documents that this transaction stores without them. Replaces those
-- of an earlier document. p_step_ids: 0 for the context of the task. p_sensitive: JSON texts {keyId, content: Base64}, see
-- sensitive_values; null for none. The three are parallel. p_accepted: the positions to store, from 1; null for all.
create or replace function __schema__.keep_sensitive_values(
  p_task_ids bigint[], p_step_ids bigint[], p_sensitive text[], p_accepted integer[] default null
) returns void language sql as $$
  insert into __schema__.sensitive_values as old (task_id, workflow_step_id, key_id, content)
  select o.task_id, o.step_id, o.sensitive::jsonb ->> 'keyId', decode(o.sensitive::jsonb ->> 'content', 'base64')
  from unnest(p_task_ids, p_step_ids, p_sensitive) with ordinality as o (task_id, step_id, sensitive, position)
  where o.sensitive is not null and (p_accepted is null or o.position = any (p_accepted))
  on conflict (task_id, workflow_step_id) do update set key_id = excluded.key_id, content = excluded.content
$$;
