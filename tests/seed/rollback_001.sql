DROP TRIGGER IF EXISTS trigger_update_stream_version ON events;
DROP FUNCTION IF EXISTS update_stream_version();
DROP TABLE IF EXISTS event_snapshots CASCADE;
DROP TABLE IF EXISTS event_streams CASCADE;
DROP TABLE IF EXISTS events CASCADE;
