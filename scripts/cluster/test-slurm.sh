#!/usr/bin/env bash
# The array job on a real Slurm: a one-machine cluster on loopback, one task cancelled in the middle and requeued, the
# parts merged, and every CSV compared with that of a run in one process.
#
#     sudo scripts/cluster/test-slurm.sh        (Debian; installs slurmctld, slurmd, slurm-client and munge)
#
# Everything that it starts has its files in a temporary folder and is stopped at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."
say() { printf '== %s\n' "$*"; }

if ! { command -v slurmctld && command -v slurmd && command -v munged; } >/dev/null; then
    say "installing Slurm"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurmd slurmctld slurm-client munge >/dev/null
fi
cargo build --release --quiet
export TICKETLAB_BIN=$PWD/target/release

dir=$(mktemp -d)
chmod 700 "$dir"
mkdir "$dir/state" "$dir/spool" "$dir/log"
stop() {
    for daemon in d ctld munged; do
        [ ! -f "$dir/$daemon.pid" ] || kill "$(cat "$dir/$daemon.pid")" 2>/dev/null || true
    done
    sleep 1
    rm -rf "$dir"
}
trap stop EXIT

head -c 128 /dev/urandom >"$dir/munge.key"
chmod 600 "$dir/munge.key"
cat >"$dir/slurm.conf" <<EOF
ClusterName=one
SlurmctldHost=localhost
SlurmUser=root
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$dir/munge.sock
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/ctld.pid
SlurmdPidFile=$dir/d.pid
SlurmctldLogFile=$dir/log/ctld.log
SlurmdLogFile=$dir/log/d.log
SelectType=select/cons_tres
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
NodeName=localhost CPUs=2 State=UNKNOWN
PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP
EOF
export SLURM_CONF=$dir/slurm.conf
munged --key-file="$dir/munge.key" --socket="$dir/munge.sock" --pid-file="$dir/munged.pid" \
    --log-file="$dir/log/munged.log" --seed-file="$dir/munge.seed" --force
slurmctld
slurmd -N localhost
for _ in $(seq 30); do
    sinfo -h -o %T 2>/dev/null | grep -q idle && break
    sleep 1
done
say "$(sinfo --version), $(sinfo -h -o '%n %c cores, %T')"

cat >"$dir/cluster.toml" <<'EOF'
seed = 1
[mnist-approximation]
coefficients = ["per-row", "per-weight"]
candidates = [4, 6, 8, 10, 12]
tolerances = [0.01, 0.1]
histogram-tolerance = 0.01
replicates = 3
EOF
array=$PWD/scripts/cluster/slurm-array.sh
job=$(sbatch --parsable --output="$dir/log/%a.log" --chdir="$dir" "$array" "$dir/sharded" mnist-approximation --preset "$dir/cluster.toml")
say "submitted array job $job of 4 tasks"

# Requeuing a running task kills it and starts it again; it must go on where it was.
partial=$dir/sharded/mnist-approximation.1-of-4.csv.partial
for _ in $(seq 600); do
    [ ! -f "$partial" ] || ! grep -q done "$partial" || break
    sleep 0.1
done
scontrol requeue "${job}_1"
before=$(grep -c done "$partial")
say "task 1 cancelled after $before of its 8 units, and requeued"
scontrol release "${job}_1" 2>/dev/null || true

while squeue -h -j "$job" | grep -q .; do
    # A requeued task waits for a while before it may begin again.
    scontrol update jobid="${job}_1" StartTime=now 2>/dev/null || true
    sleep 1
done
say "array done: $(grep -h complete "$dir"/log/[1-4].log | sed 's/;.*//' | sort | paste -sd ';')"
grep -h "complete" "$dir/log/1.log" | tail -1 | grep -vq " 0 resumed" || { say "task 1 did not resume"; exit 1; }

"$TICKETLAB_BIN/merge" --out "$dir/sharded"
"$TICKETLAB_BIN/mnist-approximation" --preset "$dir/cluster.toml" --out "$dir/whole" --quiet >/dev/null
for csv in "$dir"/whole/*.csv; do
    cmp "$csv" "$dir/sharded/$(basename "$csv")"
    say "$(basename "$csv"): $(wc -l <"$csv") lines, equal to the run in one process"
done
say passed
