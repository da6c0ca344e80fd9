"""Measures what `make.py` has written: `measure.py MAINSTAY SCRATCH STEPS ROUNDS`."""

import atexit
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

mainstay, scratch = sys.argv[1], pathlib.Path(sys.argv[2])
steps, rounds = int(sys.argv[3]), int(sys.argv[4])
programs = scratch / "venv/bin"


def drill(folder, durability):
    place = ["--in", str(scratch / folder)]
    return [mainstay, "drill", "run", "d", *place, "--durability", durability]


def chaos(name):
    journal = ["--journal-path", str(scratch / "journal.json")]
    return [str(programs / "chaos"), "run", *journal, str(scratch / f"{name}.json")]


def ansible(name):
    python = f"ansible_python_interpreter={programs}/python"
    playbook = [str(programs / "ansible-playbook"), "-i", "localhost,", "-e", python]
    return [*playbook, str(scratch / f"{name}.yml")]


def dbos(count):
    durable = pathlib.Path(__file__).with_name("durable.py")
    return [str(programs / "python"), str(durable), str(scratch), str(count)]


past = pathlib.Path(tempfile.mkdtemp(prefix="past-", dir=scratch))
atexit.register(shutil.rmtree, past)


def forget():
    """No run is slower for those before it. What they wrote is only put away: a file system may be
    thirty times slower at making files just after many were removed."""
    for state in scratch.glob("*/.mainstay"):
        state.rename(past / str(len(list(past.iterdir()))))


def run(command):
    done = subprocess.run(command, cwd=scratch, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{command}: {done.stderr.decode()[-2000:]}")
    return done.stdout


def timed(command):
    """Wall and CPU time of a whole run, in seconds."""
    cpu = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    before, began = cpu(), time.monotonic()
    run(command)
    return time.monotonic() - began, cpu() - before


def resident(process, parent_words=None):
    """Memory of a process and of all it has started, in MiB; pages that they share count for each."""
    proc = pathlib.Path(f"/proc/{process}")
    try:
        words = (proc / "cmdline").read_bytes()
        status = (proc / "status").read_text()
        tasks = list((proc / "task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    # What is only about to become another program still has the memory of its parent.
    if words == parent_words:
        return 0
    sizes = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")]
    return sum(sizes) / 1024 + sum(resident(child, words) for child in children)


def peak(command):
    """The most memory that a run has: by itself, and with all it has started."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process, most = subprocess.Popen(command, cwd=scratch, **quiet), 0
    while True:
        done, _, used = os.wait4(process.pid, os.WNOHANG)
        if done:
            return used.ru_maxrss / 1024, most
        most = max(most, resident(process.pid))
        time.sleep(0.02)


def rounds_of(measure, commands):
    """The measures of all commands, each round one after the other."""
    measured = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            forget()
            measured[name].append(measure(command))
    return measured


def report_times(title, commands, count):
    print(f"{title}, median of {rounds}:")
    for name, measured in rounds_of(timed, commands).items():
        wall = statistics.median(wall for wall, _ in measured)
        cpu = statistics.median(cpu for _, cpu in measured)
        each = wall / count * 1000
        print(f"  {name:27} wall {wall:7.3f} s  CPU {cpu:7.3f} s  {each:8.2f} ms/step")


def report_durable():
    """What a step costs that does nothing: ours, the run with 1000 without the one with one."""
    times = {name: [] for name in ("mainstay, power", "mainstay, process", "DBOS, SQLite")}
    for _ in range(rounds):
        for durability in ("power", "process"):
            forget()
            one, many = (timed(drill(f"{name}-nothing", durability))[0]
                         for name in ("one", "thousand"))
            times[f"mainstay, {durability}"].append((many - one) / 999)
        times["DBOS, SQLite"].append(float(run(dbos(1000))) / 1000)
    print(f"a durable step of 1000 that starts no process, median of {rounds}:")
    for name, measured in times.items():
        print(f"  {name:27} {statistics.median(measured) * 1000:8.2f} ms/step")


def report_memory():
    commands = {"mainstay, power": drill("thousand", "power"), "chaostoolkit": chaos("thousand")}
    print(f"peak memory of a run of 1000 steps, median of {rounds}:")
    for name, measured in rounds_of(peak, commands).items():
        own, whole = (statistics.median(sizes) for sizes in zip(*measured))
        print(f"  {name:27} {own:8.1f} MiB, with all it starts {whole:8.1f} MiB")


def load():
    return "load of the machine: " + " ".join(f"{load:.1f}" for load in os.getloadavg())


def main():
    print(load())
    for name, count in (("one", 1), ("many", steps)):
        commands = {
            "mainstay, process": drill(name, "process"),
            "mainstay, power": drill(name, "power"),
            "mainstay, power, 16 at once": drill(f"{name}-wide", "power"),
            "chaostoolkit": chaos(name),
            "ansible": ansible(name),
        }
        commands.pop(os.environ.get("WITHOUT"), None)
        report_times(f"{count} steps that run `true`", commands, count)
    report_durable()
    report_memory()
    print(load())


main()
