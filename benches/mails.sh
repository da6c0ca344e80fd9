#!/usr/bin/env bash
# How long it takes to deliver mail to a server on this machine that takes everything.
#
#   benches/mails.sh [MAILS]
#
# A workspace with 1,000 drills that are overdue, and a notice by mail: the first look posts one mail
# for each. What counts is the time from when the first was posted until the last was delivered, as
# the outbox has it; that is one connection for each mail, and all that is written beside.
#
# BIN names the program. Needs python3, and `aiosmtpd` in target/mail, which `./test` installs.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly MAILS="${1:-1000}"
BIN="$(realpath "${BIN:-target/perf/release/mainstay}")"
WORK="$(mktemp -d)"
readonly BIN WORK
PIDS=()
finish() {
    [[ ${#PIDS[@]} == 0 ]] || kill "${PIDS[@]}" 2>/dev/null || true
    wait
    rm -rf "$WORK"
}
trap finish EXIT

PORT="$(python3 -c 'import socket as s; a = s.socket(); a.bind(("127.0.0.1", 0));
print(a.getsockname()[1])')"
readonly PORT
target/mail/bin/aiosmtpd -n -l "127.0.0.1:$PORT" -c aiosmtpd.handlers.Sink &
PIDS+=("$!")

mkdir "$WORK/plans"
cat >"$WORK/mainstay.yaml" <<YAML
organization:
  name: Measured
  notices: [{audience: ada, channel: mail, kinds: [missed]}]
people: [{id: ada, name: Ada, contacts: [{by: email, to: ada@example.org}]}]
channels:
  - id: mail
    name: Mail
    with: {smtp: {host: localhost, port: $PORT, tls: none, from: mainstay@example.org}}
YAML
{
    echo "drills:"
    for ((number = 0; number < MAILS; number++)); do
        echo "- {id: d$number, name: Drill $number, kind: tabletop, lead: ada, next: 2026-01-01}"
    done
} >"$WORK/plans/drills.yaml"

"$BIN" serve --in "$WORK" --log json 2>"$WORK/log" &
PIDS+=("$!")

python3 - "$WORK/.mainstay/state/journal.db" "$MAILS" <<'PYTHON'
import datetime, sqlite3, sys, time
path, count = sys.argv[1], int(sys.argv[2])
ask = ("SELECT count(*), min(posted_at), max(settled_at) FROM outbox "
       "WHERE state = 'delivered' AND channel = 'mail'")
for _ in range(1200):
    time.sleep(0.25)
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        done, first, last = database.execute(ask).fetchone()
        database.close()
    except sqlite3.OperationalError:
        continue
    if done >= count:
        break
else:
    sys.exit(f"only {done} of {count} were delivered")
moment = lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
took = (moment(last) - moment(first)).total_seconds()
print(f"{done} mails in {took:.1f} s: {done / took:.0f} a second")
PYTHON
