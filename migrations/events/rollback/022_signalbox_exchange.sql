SET LOCAL lock_timeout = '5s';

ALTER TABLE webhook_deliveries
    DROP COLUMN IF EXISTS dns_ms,
    DROP COLUMN IF EXISTS connect_ms,
    DROP COLUMN IF EXISTS tls_ms,
    DROP COLUMN IF EXISTS first_byte_ms,
    DROP COLUMN IF EXISTS http_version,
    DROP COLUMN IF EXISTS reused_connection;

ALTER TABLE webhook_endpoints
    DROP CONSTRAINT IF EXISTS signalbox_signature_scheme,
    DROP COLUMN IF EXISTS signature_scheme,
    DROP COLUMN IF EXISTS signature_header,
    DROP COLUMN IF EXISTS ca_certificates,
    DROP COLUMN IF EXISTS client_certificate,
    DROP COLUMN IF EXISTS client_key;
