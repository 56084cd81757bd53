# Pages: how long the first rows of each page and of each filter that the window offers take on a large history, through the
# statements of the lists (those of the pages, without what a page derives). The first line is a call that finds nothing: what
# starting the program and connecting cost.

option+=([jobs]=5000000 [events]=1000000 [runs]=3 [rows]=200)

# TABLE<tab>FILTER of each line of the table.
questions() {
    local table=jobs filter
    for filter in '' status:pending status:failed status:completed status:cancelled endpoint:ep_7 'endpoint:ep_7 status:failed' \
        type:type.7 attempts:4 'age:>20d' created:2020-01-01..2020-02-01 'error:503' code:503 outcome:no-answer 'duration:>800ms' \
        stream:stream-77 id:00ff payload.user.id:77 held:no-worker 'failed:<10m' response:nowhere nowhere; do
        printf '%s\t%s\n' $table "$filter"
    done
    table=deliveries
    for filter in '' code:2xx code:503 -code:2xx endpoint:ep_7 'endpoint:ep_7 code:5xx' type:type.7 'duration:>800ms' \
        'age:<1h' 'error:503' status:failed status:pending stream:stream-77 id:00ff payload.user.id:77 response:nowhere; do
        printf '%s\t%s\n' $table "$filter"
    done
    table=events
    for filter in '' type:type.7 'type:type.*' stream:stream-77 'age:>20d' id:00ff payload.user.id:77; do
        printf '%s\t%s\n' $table "$filter"
    done
    for filter in '' stream:stream-77 id:stream-4; do
        printf '%s\t%s\n' streams "$filter"
    done
}

# Milliseconds of one call; a minute ends it.
milliseconds() {
    local from to
    from=$(date +%s%N)
    timeout 60 "$signalbox" "$@" --db "$(database_uri pages)" >/dev/null || [ $? = 124 ] || die "reading $*" "read the message above"
    to=$(date +%s%N)
    echo $(((to - from) / 1000000))
}

median_ms() {
    local run
    for ((run = 0; run < option[runs]; ++run)); do
        milliseconds "$@"
    done | sort -n | sed -n "$(((option[runs] + 1) / 2))p"
}

load_rows() {
    step "${option[jobs]} jobs and attempts, ${option[events]} events over thirty days"
    sql postgres 'CREATE DATABASE pages'
    "$signalbox" migrate up --to 2 --db "$(database_uri pages)" >"$bench_dir/migrate.log" 2>&1
    "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -v jobs="${option[jobs]}" -v events="${option[events]}" \
        -f tests/bench/pages_rows.sql "$(database_uri pages)"
    "$signalbox" migrate up --db "$(database_uri pages)" >"$bench_dir/migrate.log" 2>&1
    sql pages 'VACUUM ANALYZE'
}

measure() {
    local table filter
    load_rows
    printf 'table\tfilter\tms\n'
    printf '%s\t%s\t%s\n' jobs 'id of none' "$(median_ms jobs list --filter id:00000000-0000-0000-0000-000000000000)"
    while IFS=$'\t' read -r table filter; do
        printf '%s\t%s\t%s\n' "$table" "${filter:-(none)}" \
            "$(median_ms "$table" list --filter "$filter" --limit "${option[rows]}" </dev/null)"
    done < <(questions)
    printf '\nin the window\n'
    questions | "$bench_bin/page_bench" --db "$(database_uri pages)" --runs "${option[runs]}"
    printf '\nOverview\n'
    "$bench_bin/page_bench" --db "$(database_uri pages)" --runs "${option[runs]}" --overview
}
