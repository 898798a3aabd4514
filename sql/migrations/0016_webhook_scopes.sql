-- The tasks that a webhook may be told of, as a TaskScope: those that its creator may know about. Null: all.
alter table __schema__.webhooks add column scope __schema__.json_object;

drop function if exists __schema__.create_webhook(text, text, jsonb, text, boolean);
