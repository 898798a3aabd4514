-- The tasks whose changes a webhook may receive, as a TaskScope: the tasks that its creator may know about. Null means every task.
alter table __schema__.webhooks add column scope __schema__.json_object;

drop function if exists __schema__.create_webhook(text, text, jsonb, text, boolean);
