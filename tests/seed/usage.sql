\i migrations/events/001_create_event_store.sql
\i migrations/events/002_create_webhook_queue.sql
