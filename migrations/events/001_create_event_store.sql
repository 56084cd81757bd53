-- Event store: events, the current version of each stream, snapshots.

CREATE TABLE IF NOT EXISTS events (
    id             UUID PRIMARY KEY,
    event_type     VARCHAR(255) NOT NULL,
    stream_id      VARCHAR(255) NOT NULL,
    version        INTEGER      NOT NULL,
    payload        JSONB        NOT NULL,
    metadata       JSONB        NOT NULL,
    correlation_id UUID,
    causation_id   UUID,
    timestamp      TIMESTAMPTZ  NOT NULL,
    created_at     TIMESTAMPTZ  NOT NULL DEFAULT now(),

    CONSTRAINT unique_stream_version UNIQUE (stream_id, version)
);

CREATE INDEX IF NOT EXISTS idx_events_stream ON events (stream_id, version);
CREATE INDEX IF NOT EXISTS idx_events_type ON events (event_type);
CREATE INDEX IF NOT EXISTS idx_events_correlation ON events (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_events_causation ON events (causation_id) WHERE causation_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_events_timestamp ON events (timestamp);
CREATE INDEX IF NOT EXISTS idx_events_created_at ON events (created_at);
CREATE INDEX IF NOT EXISTS idx_events_payload ON events USING gin (payload);

CREATE TABLE IF NOT EXISTS event_streams (
    id              VARCHAR(255) PRIMARY KEY,
    current_version INTEGER      NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ  NOT NULL DEFAULT now(),
    updated_at      TIMESTAMPTZ  NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS event_snapshots (
    stream_id  VARCHAR(255) NOT NULL,
    version    INTEGER      NOT NULL,
    state      JSONB        NOT NULL,
    created_at TIMESTAMPTZ  NOT NULL DEFAULT now(),

    PRIMARY KEY (stream_id, version)
);

-- Keeps event_streams.current_version at the highest version seen; it only ever raises it, so that a late or
-- out-of-order insert cannot move a stream back.
CREATE OR REPLACE FUNCTION update_stream_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_streams AS stream (id, current_version)
    VALUES (NEW.stream_id, NEW.version)
    ON CONFLICT (id) DO UPDATE
        SET current_version = EXCLUDED.current_version,
            updated_at = now()
        WHERE stream.current_version < EXCLUDED.current_version;
    RETURN NEW;
END;
$$;

DROP TRIGGER IF EXISTS trigger_update_stream_version ON events;
CREATE TRIGGER trigger_update_stream_version
    AFTER INSERT ON events
    FOR EACH ROW EXECUTE FUNCTION update_stream_version();

COMMENT ON TABLE events IS 'Events, in order within each stream';
COMMENT ON TABLE event_streams IS 'Current version of each stream, kept by a trigger on events';
COMMENT ON TABLE event_snapshots IS 'Aggregated state of a stream at a version';
COMMENT ON COLUMN events.event_type IS 'namespace.action.version';
COMMENT ON COLUMN events.timestamp IS 'When the event occurred';
COMMENT ON COLUMN events.created_at IS 'When the event was stored';
