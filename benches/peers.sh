#!/usr/bin/env bash
# Compares whole runs with Chaos Toolkit, Ansible and DBOS, on this machine and in the same round.
#
#   cargo build --release && benches/peers.sh [STEPS] [ROUNDS]
#
# Installs the peers with benches/peers/install. Prints medians: wall and CPU time of a whole run
# whose steps run `true`, and the wall time for each step; the wall time for each of 1000 steps that
# are kept and start no process; the memory of a run of 1000 steps. MAINSTAY names another program
# than the one that was built; WITHOUT=ansible leaves out the one that takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly STEPS="${1:-100}" ROUNDS="${2:-5}"
readonly MAINSTAY="${MAINSTAY:-$PWD/target/release/mainstay}"
readonly SCRATCH="${SCRATCH:-$PWD/target/peers}"

benches/peers/install "$SCRATCH" >/dev/null
python3 benches/peers/make.py "$SCRATCH" "$STEPS"
python3 benches/peers/measure.py "$MAINSTAY" "$SCRATCH" "$STEPS" "$ROUNDS"
