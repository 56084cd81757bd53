psql -U user -d better_auth < events_backup.sql
psql -U user -d better_auth < webhooks_backup.sql
