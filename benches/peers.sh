#!/usr/bin/env bash
# Compares whole runs with Chaos Toolkit and Ansible, on this machine and in the same round.
#
#   cargo build --release && benches/peers.sh [STEPS] [ROUNDS]
#
# Installs the peers with benches/peers/install. Each step runs `true`. Prints the median
# wall time and CPU time of a whole run, and the wall time for each step.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly STEPS="${1:-100}" ROUNDS="${2:-5}"
readonly MAINSTAY="${MAINSTAY:-$PWD/target/release/mainstay}"
readonly SCRATCH="${SCRATCH:-$PWD/target/peers}"

benches/peers/install "$SCRATCH" >/dev/null

python3 - "$SCRATCH" "$STEPS" <<'END'
import json, os, pathlib, sys
scratch, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
def plan(folder, count):
    folder = scratch / folder
    (folder / "plans").mkdir(parents=True, exist_ok=True)
    (folder / "mainstay.yaml").write_text("organization: {name: Peers}\n")
    step = "      - {id: s%d, do: Do it, run: {command: {argv: ['true']}}, undo: {none: nothing}}\n"
    (folder / "plans/p.yaml").write_text(
        "drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n"
        "procedures:\n  - id: p\n    name: P\n    steps:\n"
        + "".join(step % i for i in range(count)))
def experiment(name, count):
    action = lambda i: {"type": "action", "name": f"s{i}", "provider":
        {"type": "process", "path": "true"}}
    (scratch / name).write_text(json.dumps({"title": "T", "description": "D",
        "method": [action(i) for i in range(count)], "rollbacks": []}))
def playbook(name, count):
    tasks = "".join(f"    - name: s{i}\n      command: 'true'\n" for i in range(count))
    (scratch / name).write_text(
        "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n" + tasks)
for suffix, count in (("one", 1), ("many", steps)):
    plan(suffix, count), experiment(f"{suffix}.json", count), playbook(f"{suffix}.yml", count)
END

python3 - "$MAINSTAY" "$SCRATCH" "$STEPS" "$ROUNDS" <<'END'
import os, resource, statistics, subprocess, sys, time
mainstay, scratch, steps, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
bin = f"{scratch}/venv/bin"
def commands(which):
    drill = [mainstay, "drill", "run", "d", "--in", f"{scratch}/{which}", "--durability"]
    return {
        "mainstay, process": drill + ["process"],
        "mainstay, power": drill + ["power"],
        "chaostoolkit": [f"{bin}/chaos", "run", "--journal-path", f"{scratch}/journal.json",
            f"{scratch}/{which}.json"],
        "ansible": [f"{bin}/ansible-playbook", "-i", "localhost,",
            "-e", f"ansible_python_interpreter={bin}/python", f"{scratch}/{which}.yml"],
    }
def measure(command):
    cpu = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    before, began = cpu(), time.monotonic()
    done = subprocess.run(command, cwd=scratch, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr.decode()[-2000:]}")
    return time.monotonic() - began, cpu() - before
for which, count in (("one", 1), ("many", steps)):
    times = {name: [] for name in commands(which)}
    for _ in range(rounds):
        for name, command in commands(which).items():
            times[name].append(measure(command))
    print(f"{count} steps, median of {rounds}:")
    for name, measured in times.items():
        wall = statistics.median(wall for wall, _ in measured)
        cpu = statistics.median(cpu for _, cpu in measured)
        print(f"  {name:18} wall {wall:7.3f} s  CPU {cpu:7.3f} s  {wall / count * 1000:8.2f} ms/step")
END
