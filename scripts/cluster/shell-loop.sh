#!/usr/bin/env bash
# A sharded run on one machine, one process a shard, and the merge.
#
#     scripts/cluster/shell-loop.sh SHARDS OUT EXPERIMENT [FLAGS...]
#
# With GNU parallel: parallel EXPERIMENT --out OUT --shard {}/4 ::: 1 2 3 4 && merge --out OUT
set -euo pipefail
shards=$1 out=$2 experiment=$3
shift 3
bin=${TICKETLAB_BIN:-target/release}
pids=()
trap 'kill "${pids[@]}" 2>/dev/null' INT TERM
for i in $(seq "$shards"); do
    "$bin/$experiment" --out "$out" --shard "$i/$shards" --threads 1 "$@" &
    pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
[ "$failed" = 0 ] || { echo "error: a shard failed; nothing was merged, run the same command again" >&2; exit 2; }
"$bin/merge" --out "$out"
