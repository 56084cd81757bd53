# Bloat: deliveries at a steady rate, claimed and recorded through the worker's own code, new jobs coming in at the same rate;
# sizes for each live row and the time of a claim must stay level. The history is kept, so tables grow: what matters is a row's
# share.

option+=([jobs]=5000000 [rate]=1500 [report]=250000 [backlog]=10000 [batch]=128 [endpoints]=50)

add_producer() {
    sql bloat "
CREATE PROCEDURE bench_produce(jobs bigint, rate bigint) LANGUAGE plpgsql AS \$\$
DECLARE
    made bigint := 0;
    since timestamptz := clock_timestamp();
BEGIN
    WHILE made < jobs LOOP
        INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms, event_type)
        SELECT gen_random_uuid(), endpoint.id, endpoint.url, bench_payload(n), endpoint.secret, 4, now(), 'pending', 30000,
               'order.created.v1'
        FROM generate_series(made + 1, least(made + 100, jobs)) AS n
        JOIN webhook_endpoints endpoint ON endpoint.id = 'ep_' || n % ${option[endpoints]};
        made := made + 100;
        COMMIT;
        PERFORM pg_sleep(greatest(0, made::double precision / rate - extract(epoch FROM clock_timestamp() - since)));
    END LOOP;
END \$\$"
}

# One line of the table: what a live row weighs.
sizes() {
    sql bloat "
SELECT string_agg(format('%s' || E'\t%s\t%s\t%s\t%s', live, dead, table_bytes / greatest(live, 1), index_bytes / greatest(live, 1),
                         due_index_kb), E'\t' ORDER BY relname DESC)
FROM (
    SELECT stat.relname, stat.n_live_tup AS live, stat.n_dead_tup AS dead, pg_table_size(stat.relid) AS table_bytes,
           pg_indexes_size(stat.relid) AS index_bytes,
           (SELECT sum(pg_relation_size(indexrelid)) / 1024 FROM pg_index
            WHERE indrelid = stat.relid AND pg_get_expr(indpred, indrelid) LIKE '%pending%'
              AND pg_get_expr(indpred, indrelid) NOT LIKE '%<> ALL%')::bigint AS due_index_kb
    FROM pg_stat_user_tables stat WHERE stat.relname IN ('webhook_jobs', 'webhook_deliveries')) AS size"
}

measure() {
    local done_jobs=0 producer figures part
    new_database bloat
    add_endpoints bloat "${option[endpoints]}" 'http://127.0.0.1:9/hook'
    add_producer
    add_jobs bloat "${option[backlog]}" "${option[endpoints]}"
    sql bloat "VACUUM ANALYZE"
    step "${option[jobs]} deliveries at ${option[rate]} a second, backlog ${option[backlog]}, ${option[batch]} a claim"
    printf 'delivered\t/s\tms a claim\tms a record\tjobs\tdead\ttable B/row\tindexes B/row\tpartial kB\tdeliveries\tdead\ttable B/row\tindexes B/row\n'
    while [ "$done_jobs" -lt "${option[jobs]}" ]; do
        part=$((option[jobs] - done_jobs < option[report] ? option[jobs] - done_jobs : option[report]))
        sql bloat "CALL bench_produce($part, ${option[rate]})" &
        producer=$!
        remember $producer
        figures=$("$bench_bin/queue_bench" --db "$(database_uri bloat)" --act record --jobs "$part" --batch "${option[batch]}" --rate "${option[rate]}")
        wait $producer
        done_jobs=$((done_jobs + $(cut -f1 <<<"$figures")))
        printf '%s\t%s\t%s\n' "$done_jobs" "$(cut -f2-4 <<<"$figures")" "$(sizes | cut -f1-9)"
    done
}
