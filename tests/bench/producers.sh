# What producers pay: single-row inserts into webhook_jobs and events, the seed's schema alone (migrations 001 and 002) beside
# all migrations, without a worker and with one that sleeps and wants to be woken. fsync is on.

option+=([seconds]=10 [clients]=1,8 [runs]=5 [endpoints]=8)

write_scripts() {
    cat >"$bench_dir/jobs.sql" <<'SQL'
\set n random(1, 1000000)
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms)
VALUES (gen_random_uuid(), 'ep_' || :n % 8, 'http://127.0.0.1:9/hook', bench_payload(:n), 'whsec_x', 4, now(), 'pending', 30000);
SQL
    cat >"$bench_dir/events.sql" <<'SQL'
\set n random(1, 1000000)
INSERT INTO events (id, event_type, stream_id, version, payload, metadata, timestamp)
VALUES (gen_random_uuid(), 'order.created.v1', 'order-' || gen_random_uuid(), 1, bench_payload(:n), '{"source": "bench"}', now());
SQL
}

prepare_schemas() {
    new_database ours
    sql postgres "CREATE DATABASE seed"
    define_payload seed
    PGOPTIONS="-c client_min_messages=warning" psql -X -q -v ON_ERROR_STOP=1 -d seed -f migrations/events/001_create_event_store.sql -f migrations/events/002_create_webhook_queue.sql >/dev/null
    add_endpoints ours "${option[endpoints]}" 'http://127.0.0.1:9/hook'
    sql seed "INSERT INTO webhook_endpoints (id, url, secret) SELECT 'ep_' || n, 'http://127.0.0.1:9/hook', '$secret' FROM generate_series(0, ${option[endpoints]} - 1) AS n"
}

# set_schema SCHEMA -> the database; "asleep" is all migrations and a worker's row that says it sleeps.
set_schema() {
    local database=$1
    [ "$1" = asleep ] && database=ours
    sql "$database" "TRUNCATE webhook_deliveries, webhook_jobs, events, event_streams"
    if [ "$database" = ours ]; then
        sql ours "DELETE FROM signalbox_workers"
        [ "$1" = asleep ] && sql ours "
INSERT INTO signalbox_workers (id, host, pid, version, idle, heartbeat_at)
VALUES (gen_random_uuid(), 'bench', 1, 'bench', true, now() + interval '1 h')"
    fi
    sql "$database" "VACUUM ANALYZE"
    sql postgres CHECKPOINT
    echo "$database"
}

# insert_rate SCHEMA TABLE CLIENTS -> rows a second
insert_rate() {
    local database
    database=$(set_schema "$1")
    "$pg_bin/pgbench" -n -M prepared -c "$3" -j "$(($3 < 2 ? 1 : 2))" -T "${option[seconds]}" -f "$bench_dir/$2.sql" "$database" 2>/dev/null |
        sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

measure() {
    local file=$bench_dir/producers.tsv run schema table clients
    prepare_schemas
    write_scripts
    : >"$file"
    step "Single-row inserts, ${option[seconds]} s each, alternating (rows/s)"
    for ((run = 1; run <= option[runs]; run++)); do
        for table in jobs events; do
            for clients in ${option[clients]//,/ }; do
                for schema in seed ours asleep; do
                    printf '%s\t%s\t%s\t%s\n' $table "$clients" $schema "$(insert_rate $schema $table "$clients")" | tee -a "$file"
                done
            done
        done
    done
    producers_table "$file"
}

producers_table() {
    local table clients schema rate base
    step "Medians of ${option[runs]} runs (aim: at least 0.9 of the seed's)"
    {
        printf 'insert into\tclients\tschema\trows/s\tof the seed\n'
        for table in jobs events; do
            for clients in ${option[clients]//,/ }; do
                for schema in seed ours asleep; do
                    rate=$(grep -P "^$table\t$clients\t$schema\t" "$1" | median 4)
                    [ $schema = seed ] && base=$rate
                    awk -v t=$table -v c="$clients" -v s=$schema -v r="$rate" -v b="$base" \
                        'BEGIN { printf "%s\t%s\t%s\t%.0f\t%.2f\n", t, c, s, r, r / b }'
                done
            done
        done
    } | table
}
