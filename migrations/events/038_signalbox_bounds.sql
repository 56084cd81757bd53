-- One row does not stop the others: text that is too long to be sent is not read, and rates have bounds. Additive, without
-- rewriting a table.

SET LOCAL lock_timeout = '5s';

-- Characters that the numbers of a value have at least as text: one of two digits may stand for a hundred thousand, so that a
-- few stored bytes are a gigabyte. Counts the long ones only, and writes none.
CREATE OR REPLACE FUNCTION signalbox_least_text(value jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(CASE WHEN abs(number::numeric) >= 1e100000 THEN 100000
                             WHEN abs(number::numeric) >= 1e10000 THEN 10000
                             ELSE 1000 END), 0)::bigint
    FROM jsonb_path_query(value, 'strict $.** ? (@ > 1e1000 || @ < -1e1000)') AS number
$$;

-- The text of a value, when it is no longer than that; else NULL, also when the server cannot write it at all.
CREATE OR REPLACE FUNCTION signalbox_bounded_text(value jsonb, most bigint) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    rendered text;
BEGIN
    IF pg_column_size(value) > most
       OR (value @? 'strict $.** ? (@ > 1e1000 || @ < -1e1000)' AND signalbox_least_text(value) > most) THEN
        RETURN NULL;
    END IF;
    rendered := value::text;
    RETURN CASE WHEN octet_length(rendered) <= most THEN rendered END;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END;
$$;

-- As before, with bounds: a rate of 3e9 or 0, and a time that is no moment, are numbers like others.
CREATE OR REPLACE FUNCTION signalbox_rate_tokens(rate_limit double precision, rate_burst integer, tokens double precision,
                                                 at timestamptz) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN tokens IS NULL OR at IS NULL OR NOT isfinite(at) THEN burst.size
                ELSE least(burst.size, tokens + greatest(0, extract(epoch FROM now() - at)) * greatest(0, least(rate_limit, 1e5)))
           END
    FROM (SELECT coalesce(rate_burst, greatest(1, ceil(least(rate_limit, 1e5))))::double precision AS size) burst
$$;

-- What the console refuses, a statement by hand may have stored.
UPDATE webhook_endpoints SET rate_limit = NULL, rate_burst = NULL WHERE NOT rate_limit > 0;
UPDATE webhook_endpoints SET rate_limit = 1e5 WHERE rate_limit > 1e5;
ALTER TABLE webhook_endpoints DROP CONSTRAINT IF EXISTS signalbox_rate_limit;
ALTER TABLE webhook_endpoints ADD CONSTRAINT signalbox_rate_limit CHECK (rate_limit > 0 AND rate_limit <= 1e5) NOT VALID;

COMMENT ON FUNCTION signalbox_bounded_text(jsonb, bigint) IS 'NULL: longer than that, or more than the server can write';
