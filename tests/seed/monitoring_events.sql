-- Events per stream
SELECT stream_id, COUNT(*), MAX(version) as current_version
FROM events
GROUP BY stream_id
ORDER BY COUNT(*) DESC
LIMIT 10;

-- Events by type
SELECT event_type, COUNT(*), 
       MIN(created_at) as first_seen,
       MAX(created_at) as last_seen
FROM events
GROUP BY event_type
ORDER BY COUNT(*) DESC;

-- Snapshot coverage
SELECT 
    s.id as stream_id,
    s.current_version,
    COALESCE(MAX(sn.version), 0) as last_snapshot_version,
    s.current_version - COALESCE(MAX(sn.version), 0) as events_since_snapshot
FROM event_streams s
LEFT JOIN event_snapshots sn ON s.id = sn.stream_id
GROUP BY s.id, s.current_version
HAVING s.current_version - COALESCE(MAX(sn.version), 0) > 100
ORDER BY events_since_snapshot DESC;
