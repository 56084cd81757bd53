-- The exchange: how an endpoint's requests are signed, what it adds to TLS, and how long each phase of an attempt took.
-- Additive, without rewriting a table.

SET LOCAL lock_timeout = '5s';

-- Endpoints ----------------------------------------------------------------------------------------------------------
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS signature_scheme varchar(20) NOT NULL DEFAULT 'v1';
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS signature_header varchar(255);
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS ca_certificates text;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS client_certificate text;
ALTER TABLE webhook_endpoints ADD COLUMN IF NOT EXISTS client_key text;
ALTER TABLE webhook_endpoints DROP CONSTRAINT IF EXISTS signalbox_signature_scheme;
ALTER TABLE webhook_endpoints ADD CONSTRAINT signalbox_signature_scheme
    CHECK (signature_scheme IN ('v1', 'v1a', 'hub-sha256', 'timestamped'));

-- Deliveries ---------------------------------------------------------------------------------------------------------
-- Milliseconds of one phase each; NULL: it did not happen (a literal address is not looked up, a kept connection is not
-- made again), or nobody can tell.
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS dns_ms real;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS connect_ms real;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS tls_ms real;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS first_byte_ms real;
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS http_version varchar(10);
ALTER TABLE webhook_deliveries ADD COLUMN IF NOT EXISTS reused_connection boolean;

COMMENT ON COLUMN webhook_endpoints.signature_header IS 'NULL: the usual header of the scheme';
COMMENT ON COLUMN webhook_endpoints.ca_certificates IS 'PEM, trusted beside the system''s';
COMMENT ON COLUMN webhook_endpoints.client_key IS 'PEM, not encrypted; as secret as the secret';
COMMENT ON COLUMN webhook_deliveries.connect_ms IS 'TCP, over plain HTTP';
COMMENT ON COLUMN webhook_deliveries.tls_ms IS 'TCP and TLS together, over HTTPS';
COMMENT ON COLUMN webhook_deliveries.first_byte_ms IS 'from the request sent to the head of the answer read';
