#!/usr/bin/env bash
#SBATCH --job-name=ticketlab
#SBATCH --array=1-4
#SBATCH --cpus-per-task=1
#SBATCH --requeue
# One shard an array task. Submit it, and the merge behind it:
#
#     job=$(sbatch --parsable scripts/cluster/slurm-array.sh OUT EXPERIMENT [FLAGS...])
#     sbatch --dependency=afterok:$job --wrap "target/release/merge --out OUT"
#
# The number of shards stands here and not in Slurm's own count, which is wrong when only the failed tasks are
# submitted again. A task that is killed or requeued goes on after its last finished unit.
shards=4
set -euo pipefail
out=$1 experiment=$2
shift 2
exec "${TICKETLAB_BIN:-target/release}/$experiment" --out "$out" --shard "$SLURM_ARRAY_TASK_ID/$shards" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"
