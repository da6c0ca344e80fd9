#!/usr/bin/env bash
# Compares a pass over a tree with b3sum and with `restic check --read-data`, on this machine and in
# the same round.
#
#   benches/tree.sh [FOLDER] [ROUNDS]
#
# Makes a tree of 2 GiB, half of it incompressible, in FOLDER or in a temporary one, and measures
# the programs one after the other in each round, with warm caches. Prints the best of the rounds in
# MB/s of the tree, and the load of the machine: where others use it, take more rounds. WITHOUT=restic
# leaves out the one that takes a minute; BENCH names another program than the one that is built.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROUNDS="${2:-5}"
if [[ -n "${1:-}" ]]; then
    WORK="$1"
    mkdir -p "$WORK"
else
    WORK="$(mktemp -d)"
    trap 'rm -rf "$WORK"' EXIT
fi
readonly WORK TREE="$WORK/tree"

# 128 files of 15 MiB, 1000 of 64 KiB and 16,000 of 4 KiB; every second one is of random bytes.
make_tree() {
    [[ -e "$WORK/made" ]] && return
    python3 - "$TREE" <<'PYTHON'
import os, random, sys
root, chance = sys.argv[1], random.Random(1)
for count, size, folders in [(128, 15 << 20, 8), (1000, 64 << 10, 50), (16000, 4 << 10, 400)]:
    for number in range(count):
        folder = os.path.join(root, f"{size}", f"{number % folders}")
        os.makedirs(folder, exist_ok=True)
        if number % 2:
            name, content = f"{number}.bin", chance.randbytes(size)
        else:
            line = f"{number},some words that are written again and again,{chance.random()}\n"
            name, content = f"{number}.csv", (line.encode() * (size // len(line) + 1))[:size]
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
PYTHON
    touch "$WORK/made"
}

# Seconds of one run of a command, best of all rounds so far, in the file of its name.
measure() {
    local name="$1" began ended
    shift
    began="$(date +%s%N)"
    "$@" >/dev/null 2>&1
    ended="$(date +%s%N)"
    echo "$((ended - began))" >>"$WORK/times.$name"
}

all_as_arguments() {
    find "$TREE" -type f -print0 | xargs -0 -s 2000000 b3sum
}

pass() {
    MAINSTAY_TREE="$TREE" MAINSTAY_PASS="$1" "$BENCH"
}

rate() {
    local best
    best="$(sort -n "$WORK/times.$1" | head -1)"
    printf '%-34s %6d MB/s\n' "$1" "$((BYTES * 1000 / best))"
}

[[ -n "${BENCH:-}" ]] || BENCH="$(cargo bench --no-default-features --bench tree --no-run --message-format=json 2>/dev/null |
    python3 -c '
import json, sys
made = (json.loads(line) for line in sys.stdin)
print([m["executable"] for m in made if m.get("executable") and m["target"]["name"] == "tree"][-1])')"
make_tree
BYTES="$(find "$TREE" -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%d", sum }')"
readonly BENCH BYTES

programs=(b3sum hash entropy)
export RESTIC_PASSWORD=measured RESTIC_REPOSITORY="$WORK/repository"
if [[ "${WITHOUT:-}" != restic ]] && command -v restic >/dev/null; then
    programs+=(restic)
    [[ -d "$RESTIC_REPOSITORY" ]] || { restic init && restic backup "$TREE"; } >/dev/null
fi
rm -f "$WORK"/times.*
for ((round = 1; round <= ROUNDS; round++)); do
    measure b3sum all_as_arguments
    measure hash pass hash
    measure entropy pass entropy
    [[ " ${programs[*]} " != *" restic "* ]] || measure restic restic check --read-data --no-lock
done
echo "$BYTES bytes, best of $ROUNDS rounds, load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores"
for program in "${programs[@]}"; do
    rate "$program"
done
# This one writes the manifest first, so it times itself.
echo "entropy and manifest: $(pass compare)"
