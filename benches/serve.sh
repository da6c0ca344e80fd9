#!/usr/bin/env bash
# What `mainstay serve` costs where nothing is due, and how late it begins what is.
#
#   benches/serve.sh [SCHEDULES]
#
# First a workspace with 100,000 schedules of which none has come: how long it takes until it is
# ready, how much memory it holds then, and the CPU time of a minute. It wakes four times a second,
# so a tick takes a 240th of that. Then 34 daemons with three drills each, due at the next minutes;
# as schedules name whole minutes, `faketime` puts their clocks three seconds apart or less, so that
# not all begin at once. What counts is the line of the log before a process is started.
#
# BIN names the program; without it a release build in target/perf is used, and made where it is
# not there. Needs faketime and python3.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SCHEDULES="${1:-100000}" DAEMONS=34 MINUTES=3
WORK="$(mktemp -d)"
readonly WORK
PIDS=()
finish() {
    [[ ${#PIDS[@]} == 0 ]] || kill "${PIDS[@]}" 2>/dev/null || true
    wait
    rm -rf "$WORK"
}
trap finish EXIT

if [[ -z "${BIN:-}" ]]; then
    BIN="target/perf/release/mainstay"
    [[ -x "$BIN" ]] || cargo build --release --no-default-features --target-dir target/perf
fi
BIN="$(realpath "$BIN")"
readonly BIN

make_many() {
    python3 - "$WORK/many" "$SCHEDULES" <<'PYTHON'
import os, sys
root, count = sys.argv[1], int(sys.argv[2])
os.makedirs(f"{root}/plans")
open(f"{root}/mainstay.yaml", "w").write("organization: {name: Measured}\n")
each = 2_000
stated = ["on: {nth: first, weekday: saturday, months: [march]}, at: '02:00'",
          "every: P1M, at: '06:30'", "cron: '15 2 * * *'", "every: P1Y, at: '04:00'"]
for first in range(0, count, each):
    with open(f"{root}/plans/{first}.yaml", "w") as file:
        file.write(f"team: {{id: t{first}, name: T}}\ndrills:\n")
        for number in range(first, min(first + each, count)):
            when = f"{{zone: Europe/London, from: 2100-01-01, {stated[number % 4]}}}"
            file.write(f"- {{id: d{number}, name: D, kind: tabletop, schedule: {when}}}\n")
PYTHON
}

# CPU time of a process so far, in clock ticks of the system.
cpu() {
    awk '{ print $14 + $15 }' "/proc/$1/stat"
}

until_said() {
    local log="$1" what="$2"
    for ((tries = 0; tries < 6000; tries++)); do
        grep -qs "$what" "$log" && return
        sleep 0.05
    done
    echo "not said in $log: $what" >&2
    exit 1
}

measure_idle() {
    local began pid before after
    make_many
    began="$(date +%s%N)"
    "$BIN" serve --in "$WORK/many" --log json \
        --listen "127.0.0.1:$1" 2>"$WORK/many.log" &
    pid=$!
    PIDS+=("$pid")
    until_said "$WORK/many.log" 'answers how it goes'
    until curl -fsS "http://127.0.0.1:$1/readyz" >/dev/null 2>&1; do sleep 0.05; done
    echo "ready with $SCHEDULES schedules after $((($(date +%s%N) - began) / 1000000)) ms"
    # At each quarter of an hour it looks again, which is no tick with nothing due.
    while ((($(date +%s) + 90) % 900 < 100)); do sleep 1; done
    before="$(cpu "$pid")"
    sleep 60
    after="$(cpu "$pid")"
    awk -v used="$((after - before))" -v hertz="$(getconf CLK_TCK)" 'BEGIN {
        printf "CPU where nothing is due: %.2f %% (goal 0.5), a tick %.2f ms (goal 5)\n",
            used / hertz / 60 * 100, used / hertz / 240 * 1000 }'
    awk '/^VmRSS/ { printf "memory: %d MiB (goal 150)\n", $2 / 1024 }
        /^VmHWM/ { printf "memory at its most: %d MiB\n", $2 / 1024 }' "/proc/$pid/status"
    kill "$pid"
}

make_due() {
    python3 - "$1" "$2" "$MINUTES" <<'PYTHON'
import datetime, os, sys
root, ahead, minutes = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
os.makedirs(f"{root}/plans")
open(f"{root}/mainstay.yaml", "w").write(
    "organization: {name: Measured, incidents: {criteria: [Data is lost]}}\n")
now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead + 30)
with open(f"{root}/plans/a.yaml", "w") as file:
    file.write("team: {id: t, name: T}\nprocedures: [{id: p, name: P, steps: [{id: a, do: A, "
               "run: {command: {argv: ['true']}}, undo: {none: nothing}}]}]\ndrills:\n")
    for number in range(1, minutes + 1):
        at = now + datetime.timedelta(minutes=number)
        file.write(f"- {{id: d{number}, name: D, kind: functional, unattended: true, "
                   f"procedures: [p], schedule: {{zone: UTC, from: {at:%Y-%m-%d}, every: P1Y, "
                   f"at: '{at:%H:%M}'}}}}\n")
PYTHON
}

measure_lateness() {
    local number ahead
    for ((number = 0; number < DAEMONS; number++)); do
        ahead="$(awk -v number="$number" -v all="$DAEMONS" 'BEGIN {
            printf "%.3f", number * 60 / all }')"
        make_due "$WORK/due$number" "$ahead"
        # What waits for a while must go by the clock as it is.
        FAKETIME_DONT_FAKE_MONOTONIC=1 faketime -f "+${ahead}s" "$BIN" serve --in "$WORK/due$number" --log json \
            2>"$WORK/due$number.log" &
        PIDS+=("$!")
    done
    sleep $(((MINUTES + 2) * 60))
    python3 - "$WORK"/due*.log <<'PYTHON'
import datetime, json, sys
late = []
for path in sys.argv[1:]:
    for line in map(json.loads, open(path)):
        if line.get("message") == "begins":
            at = datetime.datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00"))
            late.append(at.second + at.microsecond / 1e6)
late.sort()
if not late:
    sys.exit("nothing has begun")
part = lambda share: late[min(len(late) - 1, int(len(late) * share))]
print(f"{len(late)} begun; late by {part(.5):.3f} s in the middle, {part(.99):.3f} s at the "
      f"99th of 100 (goal 1), {late[-1]:.3f} s at the most")
PYTHON
}

echo "$("$BIN" --version), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
measure_idle 9419
measure_lateness
