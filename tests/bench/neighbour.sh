# Noisy neighbour: the latency of healthy endpoints while another one hangs on a backlog of its own, and without it.

option+=([endpoints]=50 [rate]=100 [count]=3000 [backlog]=1000000 [runs]=3 [in_flight]=64)

source tests/bench/contestants.sh

# Its receiver, at the same port, keeps the connection open and never answers; each of its requests ends by the timeout of 30 s.
add_hanging_endpoint() {
    local hang=http://127.0.0.1:$receiver_port/hang
    sql signalbox "
INSERT INTO webhook_endpoints (id, url, secret, allow_private_network) VALUES ('ep_hang', '$hang', '$secret', true);
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms, event_type)
SELECT gen_random_uuid(), 'ep_hang', '$hang', bench_payload(n), '$secret', 4, now(), 'pending', 30000, 'order.created.v1'
FROM generate_series(1, ${option[backlog]}::bigint) AS n"
    sql signalbox "VACUUM ANALYZE"
}

measure() {
    local file=$bench_dir/neighbour.tsv run with gap
    gap=$(awk -v rate="${option[rate]}" 'BEGIN { print 1000 / rate }')
    receiver_port=$(free_port)
    prepare_signalbox >/dev/null
    step "A hanging endpoint with ${option[backlog]} due jobs"
    add_hanging_endpoint
    : >"$file"
    step "Latency of ${option[endpoints]} healthy endpoints, ${option[rate]} jobs a second, ${option[count]} jobs a run"
    for ((run = 1; run <= option[runs]; run++)); do
        for with in false true; do
            sql signalbox "UPDATE webhook_endpoints SET enabled = $with WHERE id = 'ep_hang'"
            printf '%s\t%s\n' $with "$(measure_latency signalbox --count "${option[count]}" --skip 200 \
                --endpoints "${option[endpoints]}" --gap "$gap")" | tee -a "$file"
        done
    done
    neighbour_table "$file"
}

neighbour_table() {
    local with alone beside
    step "Medians of ${option[runs]} runs (ms)"
    {
        printf 'hanging neighbour\tmedian\tp95\tp99\n'
        for with in false true; do
            grep "^$with"$'\t' "$1" >"$bench_dir/rows"
            printf '%s\t%s\t%s\t%s\n' $with "$(median 2 <"$bench_dir/rows")" "$(median 3 <"$bench_dir/rows")" "$(median 4 <"$bench_dir/rows")"
        done
    } | table
    alone=$(grep "^false" "$1" | median 3)
    beside=$(grep "^true" "$1" | median 3)
    awk -v a="$alone" -v b="$beside" 'BEGIN { printf "p95 with it is %.2f times that without it (aim: at most 1.2)\n", b / a }'
}
