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
for i in $(seq "$shards"); do
    "$bin/$experiment" --out "$out" --shard "$i/$shards" --threads 1 "$@" &
done
# merge itself refuses if a shard has failed, and names the command that computes it.
wait
"$bin/merge" --out "$out"
