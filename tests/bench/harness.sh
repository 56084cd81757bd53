# Sourced by packaging/bench: servers of its own, CPU accounting, runs and tables. Nothing here measures by itself.

declare -A option=([build]=yes [dir]='' [shared_buffers]=1GB)

signalbox=${SIGNALBOX:-build/release/signalbox}
bench_bin=${SIGNALBOX_TESTS:-build/release/tests}
secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

# read_options --NAME VALUE ...: only names that the benchmark declared with a default.
read_options() {
    while [ $# -gt 0 ]; do
        local key=${1#--}
        key=${key//-/_}
        if [ "$1" = --no-build ]; then
            option[build]=no
            shift
            continue
        fi
        if [ "${1#--}" = "$1" ] || [ -z "${option[$key]+known}" ] || [ $# -lt 2 ]; then
            printf 'usage: packaging/bench %s [--no-build]' "$name" >&2
            printf ' [--%s VALUE]' $(printf '%s\n' "${!option[@]}" | grep -v '^build$' | sort | tr _ -) >&2
            printf '\n' >&2
            exit 2
        fi
        option[$key]=$2
        shift 2
    done
}

as_postgres() {
    # PostgreSQL refuses root.
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
    else
        "$@"
    fi
}

start_bench() {
    bench_dir=$(mktemp -d "${option[dir]:-/tmp}/signalbox-bench.XXXXXX")
    chmod 755 "$bench_dir"
    trap stop_bench EXIT
    trap 'printf "signalbox: interrupted\n" >&2; exit 130' INT TERM
    # set -e alone ends without a word.
    set -E
    trap 'printf "signalbox: failed: %s (%s:%s)\n" "$BASH_COMMAND" "${BASH_SOURCE[0]}" "$LINENO" >&2' ERR
    step "Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1-3 /proc/loadavg)"
    start_postgres
}

stop_bench() {
    # What is gone already must not keep the rest.
    set +e
    trap - ERR
    [ -f "$bench_dir/pids" ] && kill $(cat "$bench_dir/pids") 2>/dev/null
    [ -f "$bench_dir/nginx.pid" ] && kill -QUIT "$(cat "$bench_dir/nginx.pid")" 2>/dev/null
    [ -d "$bench_dir/pg" ] && as_postgres "$pg_bin/pg_ctl" -D "$bench_dir/pg" -m immediate -s -w stop 2>/dev/null
    rm -rf "$bench_dir"
}

# Ends with the benchmark, whichever subshell started it.
remember() { echo "$1" >>"$bench_dir/pids"; }

# PostgreSQL ------------------------------------------------------------------------------------------------------------

pg_settings() {
    cat <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$bench_dir/pg'
max_connections = 100
shared_buffers = ${option[shared_buffers]}
fsync = on
synchronous_commit = on
max_wal_size = 8GB
# the moment of the last commit is what ends a run
track_commit_timestamp = on
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = all
SETTINGS
}

start_postgres() {
    pg_bin=$(pg_config --bindir 2>/dev/null || true)
    [ -x "$pg_bin/initdb" ] || pg_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    mkdir "$bench_dir/pg"
    chmod 700 "$bench_dir/pg"
    [ "$(id -u)" = 0 ] && chown postgres:postgres "$bench_dir/pg"
    as_postgres "$pg_bin/initdb" -D "$bench_dir/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >"$bench_dir/initdb.log" ||
        die initdb "read $bench_dir/initdb.log"
    pg_settings | as_postgres tee -a "$bench_dir/pg/postgresql.conf" >/dev/null
    as_postgres "$pg_bin/pg_ctl" -D "$bench_dir/pg" -s -w -l "$bench_dir/pg/log" start ||
        die 'starting PostgreSQL' "read $bench_dir/pg/log"
    export PGHOST=$bench_dir/pg PGPORT=5432 PGUSER=postgres
    # Consoles open the socket, not the data.
    as_postgres chmod 750 "$bench_dir/pg"
    step "PostgreSQL $("$pg_bin/postgres" --version | awk '{print $3}'): $(pg_settings | grep -v "^#\|_dir\|listen" | sed 's/ = /=/' | paste -sd' ')"
}

postgres_pid() { head -1 "$bench_dir/pg/postmaster.pid"; }

sql() { # DATABASE SQL -> unaligned rows
    psql -X -q -t -A -F $'\t' -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

database_uri() { printf 'postgresql://postgres@/%s?host=%s' "$1" "$PGHOST"; }

# A database with all migrations, and the body every contestant sends.
new_database() {
    sql postgres "CREATE DATABASE $1" && sql "$1" "CREATE EXTENSION pg_stat_statements"
    "$signalbox" migrate up --db "$(database_uri "$1")" >"$bench_dir/migrate.log" 2>&1 || die "migrating $1" "$(tail -1 "$bench_dir/migrate.log")"
    define_payload "$1"
}

define_payload() {
    sql "$1" "
CREATE FUNCTION bench_payload(n bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE AS \$\$
    SELECT jsonb_build_object('type', 'order.created.v1', 'timestamp', '2026-11-24T08:00:00Z', 'data', jsonb_build_object(
        'order', n, 'customer', 'customer-' || n % 1000, 'currency', 'EUR', 'total', n % 10000 + 0.99,
        'lines', jsonb_build_array(
            jsonb_build_object('article', 'A-' || n % 97, 'name', 'Signal lamp, green', 'quantity', 2, 'price', 12.50),
            jsonb_build_object('article', 'B-' || n % 89, 'name', 'Signal box, cast iron', 'quantity', 1, 'price', 349.00)),
        'note', 'leave it at the gate'))
\$\$"
}

add_endpoints() { # DATABASE COUNT URL
    sql "$1" "
INSERT INTO webhook_endpoints (id, url, secret, allow_private_network)
SELECT 'ep_' || n, '$3/ep_' || n, '$secret', true FROM generate_series(0, $2 - 1) AS n"
}

# Due now, round the endpoints. FIRST lets several calls make different ones.
add_jobs() { # DATABASE COUNT ENDPOINTS
    sql "$1" "
INSERT INTO webhook_jobs (id, endpoint_id, url, payload, secret, max_attempts, next_attempt, status, timeout_ms, event_type)
SELECT gen_random_uuid(), endpoint.id, endpoint.url, bench_payload(n), endpoint.secret, 4, now(), 'pending', 30000,
       'order.created.v1'
FROM generate_series(1, $2::bigint) AS n
JOIN webhook_endpoints endpoint ON endpoint.id = 'ep_' || n % $3
ORDER BY n"
}

# Receiver --------------------------------------------------------------------------------------------------------------

free_port() {
    local port
    for port in $(shuf -i 20000-30000 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=signalbox bench' \
        -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost' -keyout "$bench_dir/key.pem" -out "$bench_dir/ca.pem" 2>/dev/null ||
        die 'openssl' 'it must be able to make a self-signed certificate'
}

# One line a request, in a buffer, is the proof that every webhook arrived, once, and when the first came.
start_nginx() {
    make_certificate
    http_url=http://127.0.0.1:$(free_port)
    https_url=https://127.0.0.1:$(free_port)
    cat >"$bench_dir/nginx.conf" <<CONF
user $(id -un);
worker_processes 1;
pid $bench_dir/nginx.pid;
error_log $bench_dir/nginx-error.log;
events { worker_connections 4096; }
http {
    log_format request '\$msec \$request_time \$http_webhook_id';
    access_log $bench_dir/requests.log request buffer=64k flush=200ms;
    client_body_temp_path $bench_dir/body; proxy_temp_path $bench_dir/proxy; fastcgi_temp_path $bench_dir/fastcgi;
    uwsgi_temp_path $bench_dir/uwsgi; scgi_temp_path $bench_dir/scgi;
    server {
        listen ${http_url#http://} backlog=4096;
        listen ${https_url#https://} ssl backlog=4096;
        ssl_certificate $bench_dir/ca.pem;
        ssl_certificate_key $bench_dir/key.pem;
        keepalive_requests 100000000;
        keepalive_timeout 300s;
        default_type text/plain;
        location / { return 200 "ok"; }
    }
}
CONF
    nginx -c "$bench_dir/nginx.conf" 2>>"$bench_dir/nginx-error.log" || die 'starting nginx' "read $bench_dir/nginx-error.log"
}

url_of() { [ "$1" = https ] && echo "$https_url" || echo "$http_url"; }

# wait_until SECONDS COMMAND...
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.05
    done
}

# Figures ---------------------------------------------------------------------------------------------------------------

# CPU of a server and its children, ended ones included, in ms; the kernel counts in steps of 10.
server_cpu() {
    local root=$1
    # A child may end between the two reads; its time is then among the root's ended ones.
    { cat "/proc/$root/stat" $(sed -E 's#([0-9]+) ?#/proc/\1/stat #g' "/proc/$root/task/$root/children") 2>/dev/null || true; } |
        awk -v root="$root" '{ pid = $1; sub(/^.*\) /, ""); sum += $12 + $13; if (pid == root) sum += $14 + $15 }
            END { printf "%d", sum * 10 }'
}

# timed FILE COMMAND...: the command's own user and system seconds go to FILE.
timed() {
    local file=$1 status=0
    shift
    local TIMEFORMAT='%U %S'
    { time "$@" 2>&3; } 3>&2 2>"$file" || status=$?
    return $status
}

# table FILE < rows: columns aligned, first to the left.
table() { column -t -s $'\t' -R "$(seq -s, 2 30)" 2>/dev/null || column -t -s $'\t'; }

# median COLUMN < TSV
median() {
    cut -f "$1" | sort -g | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
