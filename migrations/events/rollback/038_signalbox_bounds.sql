SET LOCAL lock_timeout = '5s';

ALTER TABLE webhook_endpoints DROP CONSTRAINT IF EXISTS signalbox_rate_limit;

CREATE OR REPLACE FUNCTION signalbox_rate_tokens(rate_limit double precision, rate_burst integer, tokens double precision,
                                                 at timestamptz) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN tokens IS NULL OR at IS NULL THEN burst.size
                ELSE least(burst.size, tokens + greatest(0, extract(epoch FROM now() - at)) * rate_limit) END
    FROM (SELECT coalesce(rate_burst, greatest(1, ceil(rate_limit)))::double precision AS size) burst
$$;

DROP FUNCTION IF EXISTS signalbox_bounded_text(jsonb, bigint);
DROP FUNCTION IF EXISTS signalbox_least_text(jsonb);
