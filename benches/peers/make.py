"""Writes the same work for each tool: `make.py SCRATCH STEPS`."""

import json
import pathlib
import sys

scratch, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])

ORGANIZATION = "organization: {name: Peers, incidents: {criteria: [Real data is lost]}}\n"
COMMAND = "run: {command: {argv: ['true']}}, undo: {none: nothing}"
NOTHING = "run: {wait: {lasting: 0s}}"


def plan(name, count, side_by_side, what):
    """A drill of so many steps, in as many chains as run side by side."""
    folder = scratch / name
    (folder / "plans").mkdir(parents=True, exist_ok=True)
    (folder / "mainstay.yaml").write_text(ORGANIZATION)
    lines = [
        f"drills: [{{id: d, name: D, kind: functional, procedures: [p], parallel: {side_by_side}}}]",
        "procedures:\n  - id: p\n    name: P\n    steps:",
    ]
    for i in range(count):
        after = f"s{i - side_by_side}" if i >= side_by_side else ""
        lines.append(f"      - {{id: s{i}, do: Do it, after: [{after}], {what}}}")
    (folder / "plans/p.yaml").write_text("\n".join(lines) + "\n")


def experiment(name, count):
    provider = {"type": "process", "path": "true"}
    method = [{"type": "action", "name": f"s{i}", "provider": provider} for i in range(count)]
    stated = {"title": "T", "description": "D", "method": method, "rollbacks": []}
    (scratch / f"{name}.json").write_text(json.dumps(stated))


def playbook(name, count):
    tasks = "".join(f"    - name: s{i}\n      command: 'true'\n" for i in range(count))
    head = "- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n"
    (scratch / f"{name}.yml").write_text(head + tasks)


for name, count in (("one", 1), ("many", steps), ("thousand", 1000)):
    plan(name, count, 1, COMMAND)
    plan(f"{name}-wide", count, 16, COMMAND)
    plan(f"{name}-nothing", count, 1, NOTHING)
    experiment(name, count)
    playbook(name, count)
