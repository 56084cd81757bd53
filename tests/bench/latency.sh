# Latency on an idle system, from the commit of one insert to its request at the receiver.

option+=([count]=500 [runs]=3 [in_flight]=64 [who]=signalbox,graphile,pgboss [jobs]=0 [endpoints]=1)

source tests/bench/contestants.sh

measure() {
    local names=${option[who]//,/ } name run file=$bench_dir/latency.tsv
    for name in $names; do prepare_"$name" >/dev/null; done
    : >"$file"
    step "Latency: ${option[count]} single inserts, ${option[runs]} runs each, alternating"
    for ((run = 1; run <= option[runs]; run++)); do
        for name in $names; do
            printf '%s\t%s\n' "$name" "$(measure_latency "$name" --count "${option[count]}")" | tee -a "$file"
        done
    done
    step "Medians of ${option[runs]} runs (ms)"
    {
        printf 'who\tmedian\tp95\tp99\n'
        for name in $names; do
            grep "^$name"$'\t' "$file" >"$bench_dir/rows"
            printf '%s\t%s\t%s\t%s\n' "$name" "$(median 2 <"$bench_dir/rows")" "$(median 3 <"$bench_dir/rows")" "$(median 4 <"$bench_dir/rows")"
        done
    } | table
}
