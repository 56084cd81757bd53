SET LOCAL lock_timeout = '5s';

ALTER TABLE webhook_endpoints DROP COLUMN IF EXISTS created_snapshot;
DROP FUNCTION IF EXISTS signalbox_event_envelope(uuid, text, timestamptz, text, integer, jsonb);
DROP TRIGGER IF EXISTS trigger_signalbox_stamp ON signalbox_fan_out;
DROP FUNCTION IF EXISTS signalbox_stamp_fan_out();
ALTER TABLE signalbox_fan_out DROP COLUMN IF EXISTS rebase_since;
ALTER TABLE signalbox_fan_out DROP COLUMN IF EXISTS rebase_txid;
ALTER TABLE signalbox_fan_out DROP COLUMN IF EXISTS written_txid;
DROP TABLE IF EXISTS signalbox_fan_out_skipped;
