pg_dump -U user -d better_auth -t events -t event_streams -t event_snapshots > events_backup.sql
pg_dump -U user -d better_auth -t webhook_* > webhooks_backup.sql
