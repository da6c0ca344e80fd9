#!/usr/bin/env bash
# Compares verifications with the bare tools they use, on this machine and in the same round.
#
#   benches/backups.sh [FOLDER] [ROUNDS]
#
# Makes a restic repository of 1 GiB, half of it incompressible, and a dump of a PostgreSQL table
# with a million rows in FOLDER or in a temporary one. In each round it runs, one after the other:
# `restic restore` and a verification up to level 5; `initdb`, a server and `pg_restore -j2`, and a
# verification. Prints medians, and the load of the machine before and after: where others use it,
# take more rounds.
#
# Of a verification the stages count that bring the data back and look at it: not the one in which
# all of the repository is read before, which the bare tools do not do. Memory is the most that
# Mainstay itself had in it, without the tool.
#
# BIN names the program; without it a release build in target/perf is used, and made where it is
# not there. GIB and ROWS make less of it, for a trial. Needs restic, PostgreSQL, jq and python3; as
# root it runs the bare server as `nobody`, as Mainstay does.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ROUNDS="${2:-5}" GIB="${GIB:-1}" ROWS="${ROWS:-1000000}"
if [[ -n "${1:-}" ]]; then
    mkdir -p "$1"
    WORK="$(cd "$1" && pwd)"
else
    WORK="$(mktemp -d)"
    trap 'rm -rf "$WORK"' EXIT
fi
readonly WORK
# `nobody` has to come in.
chmod 755 "$WORK"
export RESTIC_PASSWORD_FILE="$WORK/password" RESTIC_REPOSITORY="$WORK/repository"
PATH="$PATH:$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)"

if [[ -z "${BIN:-}" ]]; then
    BIN="target/perf/release/mainstay"
    [[ -x "$BIN" ]] || cargo build --release --no-default-features --target-dir target/perf
fi
BIN="$(realpath "$BIN")"
readonly BIN

as_nobody() {
    if [[ "$(id -u)" == 0 ]]; then
        setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    else
        "$@"
    fi
}

# A server in a new folder, durable as Mainstay's: its data is forced to the disk.
start_server() {
    rm -rf "$WORK/server"
    mkdir -m 777 "$WORK/server"
    (
        cd "$WORK/server"
        as_nobody initdb --no-sync -D data -U postgres -A trust -E UTF8 --locale C
        as_nobody pg_ctl -D data -w -l log start \
            -o "-k $WORK/server -c listen_addresses= -c autovacuum=off"
    ) >/dev/null
}

stop_server() {
    (cd "$WORK/server" && as_nobody pg_ctl -D data -m immediate stop) >/dev/null
    rm -rf "$WORK/server"
}

to_server() {
    local program="$1"
    shift
    "$program" -h "$WORK/server" -U postgres -d postgres "$@"
}

make_files() {
    python3 - "$WORK/files" "$GIB" <<'PYTHON'
import os, random, sys
root, chance = sys.argv[1], random.Random(1)
scale = float(sys.argv[2])
for count, size in [(60, 16 << 20), (900, 64 << 10), (2000, 4 << 10)]:
    folder = os.path.join(root, str(size))
    os.makedirs(folder, exist_ok=True)
    for number in range(int(count * scale)):
        if number % 2:
            content = chance.randbytes(size)
        else:
            line = f"{number},some words that are written again and again,{chance.random()}\n"
            content = (line.encode() * (size // len(line) + 1))[:size]
        with open(os.path.join(folder, f"{number}"), "wb") as file:
            file.write(content)
PYTHON
}

make_all() {
    [[ -e "$WORK/made" ]] && return
    echo measured >"$RESTIC_PASSWORD_FILE"
    make_files
    { restic init && (cd "$WORK" && restic backup --quiet files); } >/dev/null
    rm -rf "$WORK/files"
    start_server
    to_server psql -q -c "create table orders as select g as id, md5(g::text) as a,
        now() - g * interval '1 second' as at, g % 1000 as customer
        from generate_series(1, $ROWS) g; alter table orders add primary key (id);
        create index on orders (customer)"
    mkdir -p "$WORK/dumps"
    local dump
    dump="orders-$(date -u +%Y%m%dT%H%M%SZ).dump"
    to_server pg_dump -Fc -f "$WORK/dumps/$dump"
    (cd "$WORK/dumps" && sha256sum "$dump" >"$dump.sha256")
    stop_server
    mkdir -p "$WORK/plans"
    echo 'organization: {name: Measured}' >"$WORK/mainstay.yaml"
    cat >"$WORK/plans/a.yaml" <<YAML
team: {id: a, name: A}
systems: [{id: s, name: S}]
backups:
  - id: files
    name: Files
    of: [s]
    every: 365d
    verify:
      with: {restic: {repository: repository, password: 'file:password'}}
      expect: [{files: {at-least: 2}}]
  - id: orders
    name: Orders
    of: [s]
    every: 365d
    verify:
      with: {pg-dump: {folder: dumps}}
      expect: [{query: {query: select count(*) from orders, is: '$ROWS'}}]
YAML
    touch "$WORK/made"
}

# Milliseconds of a command, in the file of its name.
measure() {
    local name="$1" began
    shift
    began="$(date +%s%N)"
    "$@" >/dev/null
    echo "$((($(date +%s%N) - began) / 1000000))" >>"$WORK/times.$name"
}

restore() {
    rm -rf "$WORK/restored"
    restic restore latest --no-cache --no-lock --target "$WORK/restored" --quiet
    sync -f "$WORK/restored"
}

fill() {
    start_server
    to_server pg_restore -j2 --exit-on-error "$WORK"/dumps/*.dump
}

# Milliseconds of what brings a backup back and looks at it, and of the most memory in KiB.
verify() {
    local backup="$1" of pid status=0
    (cd "$WORK" && exec "$BIN" backup verify "$backup" --level 5 --format json) \
        >"$WORK/said.json" 2>"$WORK/said" &
    pid=$!
    of=0
    while [[ -e "/proc/$pid/status" ]]; do
        # The most there ever was; it is gone when the process has ended.
        of="$(awk -v of="$of" '/^VmHWM/ { of = $2 } END { print of }' "/proc/$pid/status" \
            2>/dev/null || echo "$of")"
        sleep 0.05
    done
    wait "$pid" || status=$?
    if [[ "$status" != 0 ]]; then
        cat "$WORK/said" "$WORK/said.json"
        exit 1
    fi >&2
    jq '[.[0].stages[] | select(.name | IN("restore", "count", "validate")) | .micros] | add / 1000
        | round' "$WORK/said.json" >>"$WORK/times.verify-$backup"
    echo "$of" >>"$WORK/memory.$backup"
}

median() {
    sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

row() {
    local bare verified
    bare="$(median "$WORK/times.$2")"
    verified="$(median "$WORK/times.verify-$3")"
    awk -v what="$1" -v bare="$bare" -v verified="$verified" -v goal="$4" \
        -v kib="$(median "$WORK/memory.$3")" 'BEGIN {
        printf "%-22s %8d ms bare %8d ms verified  x %.2f (goal %s)  %d MiB (goal 64)\n",
            what, bare, verified, verified / bare, goal, kib / 1024 }'
}

make_all
rm -f "$WORK"/times.* "$WORK"/memory.*
before="$(cut -d' ' -f1-3 /proc/loadavg)"
for ((round = 1; round <= ROUNDS; round++)); do
    measure restic restore
    rm -rf "$WORK/restored"
    verify files
    measure pg_restore fill
    stop_server
    verify orders
done
echo "$("$BIN" --version), medians of $ROUNDS rounds, $(nproc) cores, load $before before and" \
    "$(cut -d' ' -f1-3 /proc/loadavg) after"
row "restic restore" restic files 1.15
row "pg_restore -j2" pg_restore orders 1.45
