# Deliveries a second: Signalbox beside graphile-worker, pg-boss and QNetworkAccessManager alone.
#
# A run's time goes from the first request at the receiver to the commit of the last attempt row (of QNetworkAccessManager:
# to the last answer), so nobody's start-up counts. A run counts only if every webhook arrived exactly once, and every
# attempt has its row.

option+=([jobs]=20000 [runs]=5 [endpoints]=8 [in_flight]=64 [schemes]=http,https [who]=signalbox,graphile,pgboss,ceiling)

source tests/bench/contestants.sh

prepare_ceiling() { sql postgres "CREATE DATABASE ceiling" && define_payload ceiling && sql ceiling "SELECT bench_payload(12345)" >"$bench_dir/payload.json"; }
load_ceiling() { :; }
work_ceiling() {
    "$bench_bin/qnam_ceiling" --url "$(url_of "$1")/hook" --requests "${option[jobs]}" --in-flight "${option[in_flight]}" \
        --endpoints "${option[endpoints]}" --body "$bench_dir/payload.json" --ca "$bench_dir/ca.pem" >/dev/null
}

requests_logged() { [ "$(wc -l <"$bench_dir/requests.log")" -ge "$1" ]; }

# check_run NAME: everything arrived once, everything is recorded.
check_run() {
    local name=$1 jobs=${option[jobs]} distinct
    wait_until 10 requests_logged "$jobs" || die "$name" "the receiver saw $(wc -l <"$bench_dir/requests.log") of $jobs requests"
    distinct=$(cut -d' ' -f3 "$bench_dir/requests.log" | sort -u | wc -l)
    [ "$distinct" = "$jobs" ] && [ "$(wc -l <"$bench_dir/requests.log")" = "$jobs" ] ||
        die "$name" "$jobs jobs became $(wc -l <"$bench_dir/requests.log") requests with $distinct ids"
    [ "$name" = ceiling ] && return
    [ "$(sql "$name" "SELECT count(*) FROM webhook_deliveries WHERE status_code = 200")" = "$jobs" ] ||
        die "$name" 'attempt rows are missing'
    [ "$(left_"$name")" = 0 ] || die "$name" 'jobs are left in the queue'
}

# Seconds since the epoch at which the last attempt row was committed, or the last answer sent.
ended() {
    if [ "$1" = ceiling ]; then
        cut -d' ' -f1 "$bench_dir/requests.log" | sort -g | tail -1
    else
        sql "$1" "SELECT extract(epoch FROM max(pg_xact_commit_timestamp(xmin))) FROM webhook_deliveries"
    fi
}

# run_once NAME SCHEME -> scheme, name, jobs/s, CPU ms per 1000 jobs of worker, PostgreSQL, receiver, all
run_once() {
    local name=$1 scheme=$2 postgres receiver
    load_"$name" "$scheme" >/dev/null
    [ "$name" = ceiling ] || sql "$name" "VACUUM ANALYZE"
    sql postgres CHECKPOINT
    : >"$bench_dir/requests.log"
    postgres=$(server_cpu "$(postgres_pid)")
    receiver=$(server_cpu "$(cat "$bench_dir/nginx.pid")")
    timed "$bench_dir/worker-cpu" work_"$name" "$scheme" || die "$name" "read $bench_dir/worker.log"
    postgres=$(($(server_cpu "$(postgres_pid)") - postgres))
    receiver=$(($(server_cpu "$(cat "$bench_dir/nginx.pid")") - receiver))
    check_run "$name"
    [ "$name" = ceiling ] && postgres=0
    awk -v name="$name" -v scheme="$scheme" -v jobs="${option[jobs]}" -v ended="$(ended "$name")" -v pg="$postgres" \
        -v receiver="$receiver" -v cpu="$(tail -1 "$bench_dir/worker-cpu")" '
        { start = $1 - $2; if (!first || start < first) first = start }
        END {
            split(cpu, own, " "); k = jobs / 1000; worker = (own[1] + own[2]) * 1000
            printf "%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n", scheme, name, jobs / (ended - first), worker / k, pg / k,
                receiver / k, (worker + pg + receiver) / k
        }' "$bench_dir/requests.log"
}

measure() {
    start_nginx
    local names=${option[who]//,/ } schemes=${option[schemes]//,/ } name scheme run
    for name in $names; do
        prepare_"$name" >/dev/null
    done
    local file=$bench_dir/deliveries.tsv
    : >"$file"
    step "Deliveries: ${option[jobs]} jobs, ${option[endpoints]} endpoints, ${option[in_flight]} in flight, body of $(sql "${names%% *}" "SELECT length(bench_payload(12345)::text)") bytes"
    for ((run = 1; run <= option[runs]; run++)); do
        for scheme in $schemes; do
            for name in $names; do
                run_once "$name" "$scheme" | tee -a "$file"
            done
        done
    done
    step "Medians of ${option[runs]} runs (CPU in ms per 1000 jobs)"
    delivery_table "$file" "$names" "$schemes"
}

# rows_of FILE SCHEME NAME: none when the contestant was left out.
rows_of() { awk -F '\t' -v scheme="$2" -v name="$3" '$1 == scheme && $2 == name' "$1"; }

delivery_table() {
    local file=$1 name scheme rate best column
    for scheme in $3; do
        best=$(for name in graphile pgboss; do rows_of "$file" "$scheme" $name | median 3; done | sort -g | tail -1)
        printf 'scheme\twho\tjobs/s\tslowest\tfastest\tworker CPU\tPostgreSQL CPU\treceiver CPU\tall CPU\tto better peer\n'
        for name in $2; do
            rows_of "$file" "$scheme" "$name" >"$bench_dir/rows"
            rate=$(median 3 <"$bench_dir/rows")
            printf '%s\t%s\t%.0f\t%s\t%s' "$scheme" "$name" "$rate" "$(cut -f3 "$bench_dir/rows" | sort -g | head -1)" \
                "$(cut -f3 "$bench_dir/rows" | sort -g | tail -1)"
            for column in 4 5 6 7; do printf '\t%s' "$(median $column <"$bench_dir/rows")"; done
            awk -v rate="$rate" -v best="$best" 'BEGIN { printf "\t%s\n", best ? sprintf("%.2f", rate / best) : "-" }'
        done
    done | table
}
