# Claim rate with a long queue and with a short one, through the worker's claim code. Jobs are given back after each claim, so
# that the queue stays as long as it is.

option+=([small]=10000 [large]=10000000 [claims]=20000 [batch]=64 [endpoints]=50 [runs]=5)

# Bulk inserts make due times that are alike by the hundred thousand.
fill_queue() { # DATABASE JOBS
    local left=$2 part
    while [ "$left" -gt 0 ]; do
        part=$((left < 100000 ? left : 100000))
        add_jobs "$1" "$part" "${option[endpoints]}"
        left=$((left - part))
    done
    sql "$1" "VACUUM ANALYZE"
}

measure() {
    local size file=$bench_dir/backlog.tsv run
    for size in small large; do
        step "Queue of ${option[$size]} due jobs"
        new_database "$size"
        add_endpoints "$size" "${option[endpoints]}" 'http://127.0.0.1:9/hook'
        fill_queue "$size" "${option[$size]}"
    done
    sql postgres CHECKPOINT
    : >"$file"
    step "${option[claims]} jobs claimed and given back, ${option[batch]} at a time (jobs/s, ms a claim, ms a release)"
    for ((run = 1; run <= option[runs]; run++)); do
        for size in small large; do
            printf '%s\t%s\n' $size "$("$bench_bin/queue_bench" --db "$(database_uri "$size")" --act release \
                --jobs "${option[claims]}" --batch "${option[batch]}")" | tee -a "$file"
            sql "$size" "VACUUM webhook_jobs"
        done
    done
    backlog_table "$file"
}

backlog_table() {
    local size
    step "Medians of ${option[runs]} runs"
    {
        printf 'due jobs\tclaimed/s\tms a claim\n'
        for size in small large; do
            grep "^$size"$'\t' "$1" >"$bench_dir/rows"
            printf '%s\t%s\t%s\n' "${option[$size]}" "$(median 3 <"$bench_dir/rows")" "$(median 4 <"$bench_dir/rows")"
        done
    } | table
    awk -v small="$(grep ^small "$1" | median 4)" -v large="$(grep ^large "$1" | median 4)" \
        'BEGIN { printf "claims with the long queue run at %.2f of the rate with the short one (aim: at least 0.9)\n", small / large }'
}
