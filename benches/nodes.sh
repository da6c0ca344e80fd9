#!/usr/bin/env bash
# How many steps a second several nodes do that share one database of PostgreSQL.
#
#   benches/nodes.sh [NODES...]
#
# For each number of nodes a new database: drills that are due at once, each of 25 steps of `true`.
# What counts is the time from when the nodes are started until every run has succeeded, with the
# start of the daemons in it; afterwards every chain and run is verified, and the steps are counted
# that succeeded. All nodes and the server are on this one machine, so the figures say what it costs
# to share, and not how far more machines would carry.
#
# BIN names the program, PLAN_DRILLS how many drills there are (32). Needs `initdb`, `postgres`,
# `psql` and python3, and does not run as root but for the server, which is then `nobody`.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly DRILLS="${PLAN_DRILLS:-32}" STEPS=25
BIN="$(realpath "${BIN:-target/perf/release/mainstay}")"
WORK="$(mktemp -d)"
readonly BIN WORK
PORT="$(python3 -c 'import socket as s; a = s.socket(); a.bind(("127.0.0.1", 0));
print(a.getsockname()[1])')"
readonly PORT
PIDS=() SERVER=
finish() {
    [[ ${#PIDS[@]} == 0 ]] || kill "${PIDS[@]}" 2>/dev/null || true
    [[ -z "$SERVER" ]] || kill -QUIT "$SERVER" 2>/dev/null || true
    wait
    rm -rf "$WORK"
}
trap finish EXIT

as_nobody() {
    if [[ "$(id -u)" == 0 ]]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}

sql() {
    psql -h 127.0.0.1 -p "$PORT" -U ada -Atqc "$2" "$1"
}

chmod 777 "$WORK"
as_nobody initdb -D "$WORK/data" -U ada -A trust -E UTF8 --locale C >"$WORK/initdb.log"
as_nobody postgres -D "$WORK/data" -h 127.0.0.1 -k '' -p "$PORT" 2>"$WORK/postgres.log" &
SERVER=$!
until sql postgres 'select 1' >/dev/null 2>&1; do sleep 0.1; done

plans() {
    mkdir -p "$1/plans"
    printf 'organization: {name: Measured, incidents: {criteria: [x]}}\n' >"$1/mainstay.yaml"
    python3 - "$1/plans/t.yaml" "$DRILLS" "$STEPS" <<'PYTHON'
import datetime, sys
file, drills, steps = open(sys.argv[1], "w"), int(sys.argv[2]), int(sys.argv[3])
day = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
when = f"{{zone: UTC, from: {day:%Y-%m-%d}, every: P1Y, at: '00:00'}}"
print("team: {id: t, name: T}\ndrills:", file=file)
for d in range(drills):
    print(f"- {{id: d{d}, name: D, kind: functional, unattended: true, procedures: [p],"
          f" schedule: {when}}}", file=file)
print("procedures:\n- id: p\n  name: P\n  steps:", file=file)
for s in range(steps):
    print(f"  - {{id: s{s}, do: S, run: {{command: {{argv: ['true']}}}}, undo: {{none: x}}}}",
          file=file)
PYTHON
}

printf '%5s %8s %8s %10s\n' nodes seconds steps steps/s
for nodes in "${@:-1 2 4}"; do
    for count in $nodes; do
        database="nodes$count"
        sql postgres "create database $database"
        export MAINSTAY_STORE="postgres://ada@127.0.0.1:$PORT/$database?sslmode=disable"
        PIDS=()
        for ((node = 1; node <= count; node++)); do
            plans "$WORK/$database-$node"
        done
        began="$(date +%s.%N)"
        for ((node = 1; node <= count; node++)); do
            "$BIN" serve --in "$WORK/$database-$node" --node "n$node" \
                2>"$WORK/$database-$node.log" &
            PIDS+=($!)
        done
        over="select count(*) from mainstay.run where phase = 'succeeded'"
        until [[ "$(sql "$database" "$over" 2>/dev/null)" == "$DRILLS" ]]; do sleep 0.05; done
        ended="$(date +%s.%N)"
        kill "${PIDS[@]}"
        wait "${PIDS[@]}" || true
        PIDS=()
        "$BIN" store verify >"$WORK/verify.log"
        steps="$(sql "$database" "select count(*) from mainstay.event \
            where text::jsonb #>> '{event,what,type}' = 'step-finished' \
            and text::jsonb #>> '{event,what,settled}' = 'succeeded'")"
        [[ "$steps" == "$((DRILLS * STEPS))" ]] || { echo "$steps steps succeeded"; exit 1; }
        awk -v n="$count" -v t="$(awk "BEGIN { print $ended - $began }")" -v s="$steps" \
            'BEGIN { printf "%5d %8.1f %8d %10.1f\n", n, t, s, s / t }'
    done
done
