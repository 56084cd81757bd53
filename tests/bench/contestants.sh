# Sourced by the benchmarks that put Signalbox beside the peers: prepare_NAME once, then load_NAME SCHEME, work_NAME SCHEME and
# left_NAME (jobs that are still to be done) for each run.

peer() { # NAME ACT [more]
    local file=$1 act=$2
    shift 2
    PGDATABASE=$file node "tests/bench/peers/$file.mjs" "$act" --jobs "${option[jobs]}" --endpoints "${option[endpoints]}" \
        --in-flight "${option[in_flight]}" --secret "$secret" --ca "$bench_dir/ca.pem" "$@"
}

prepare_signalbox() {
    new_database signalbox
    add_endpoints signalbox "${option[endpoints]}" ''
}
load_signalbox() {
    sql signalbox "TRUNCATE webhook_deliveries, webhook_jobs"
    sql signalbox "UPDATE webhook_endpoints SET url = '$(url_of "$1")/hook/' || id"
    trust_for_signalbox "$1"
    add_jobs signalbox "${option[jobs]}" "${option[endpoints]}"
}
work_signalbox() {
    "$signalbox" worker --until-idle --concurrency "${option[in_flight]}" --db "$(database_uri signalbox)" 2>"$bench_dir/worker.log"
}
left_signalbox() { sql signalbox "SELECT count(*) FROM webhook_jobs WHERE status <> 'completed'"; }

# Peers write the same attempt rows under the same indexes, without the foreign key, which they have no table for.
prepare_peer() {
    new_database "$1"
    sql "$1" "ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_job_id_fkey"
    peer "$1" setup
}
prepare_graphile() { prepare_peer graphile; }
load_graphile() {
    sql graphile "TRUNCATE webhook_deliveries, graphile_worker._private_jobs"
    peer graphile load
}
work_graphile() { peer graphile run --url "$(url_of "$1")/hook"; }
left_graphile() { sql graphile "SELECT count(*) FROM graphile_worker._private_jobs"; }

prepare_pgboss() { prepare_peer pgboss; }
load_pgboss() {
    sql pgboss "TRUNCATE webhook_deliveries, pgboss.job"
    peer pgboss load
}
work_pgboss() { peer pgboss run --url "$(url_of "$1")/hook"; }
left_pgboss() { sql pgboss "SELECT count(*) FROM pgboss.job WHERE state <> 'completed'"; }

trust_for_signalbox() {
    [ "$1" = https ] || return 0
    [ "$(sql signalbox "SELECT count(*) FROM information_schema.columns WHERE table_name = 'webhook_endpoints' AND column_name = 'ca_certificates'")" = 1 ] ||
        die 'https' 'this version cannot trust a certificate of ours yet: --schemes http'
    sql signalbox "UPDATE webhook_endpoints SET ca_certificates = '$(cat "$bench_dir/ca.pem")'"
}

# serve NAME PORT: its worker, waiting for work, as $worker.
serve() {
    if [ "$1" = signalbox ]; then
        sql signalbox "UPDATE webhook_endpoints SET url = 'http://127.0.0.1:$2/hook/' || id WHERE id <> 'ep_hang'"
        "$signalbox" worker --concurrency "${option[in_flight]}" --db "$(database_uri signalbox)" 2>"$bench_dir/worker.log" &
    else
        PGDATABASE=$1 node "tests/bench/peers/$1.mjs" serve --in-flight "${option[in_flight]}" --secret "$secret" \
            --url "http://127.0.0.1:$2/hook" 2>"$bench_dir/worker.log" &
    fi
    worker=$!
    remember "$worker"
}

stop_serving() {
    kill "$worker" && wait "$worker" || true
}

# measure_latency NAME [option of latency.mjs ...] -> median, p95, p99, lost
measure_latency() {
    local contestant=$1 port status=0
    shift
    port=${receiver_port:-$(free_port)}
    serve "$contestant" "$port"
    PGDATABASE=$contestant node tests/bench/peers/latency.mjs --contestant "$contestant" --port "$port" --secret "$secret" "$@" ||
        status=$?
    stop_serving
    [ $status = 0 ] || die "$contestant" "jobs did not arrive; read $bench_dir/worker.log"
}
