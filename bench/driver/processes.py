"""Processes that are measured, and what the kernel knows of them."""

import os
import subprocess
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A process of ours: its output is read line by line, its log kept for when something is wrong."""

    def __init__(self, command, log, environment=None, answers=True):
        self.log = log
        with open(log, "w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if answers else out,
                stderr=out,
                text=True,
                env={**os.environ, **(environment or {})},
            )
        self.pid = self.process.pid

    def ask(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.fail()
        return line.strip()

    def fail(self):
        sys.exit(f"{' '.join(self.process.args)[-500:]}\nended with {self.process.wait()}:\n{self.printed()[-4000:]}")

    def printed(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def stop(self):
        """Its input ends first, which is how most of ours are told."""
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def cpu_seconds(pid):
    """Processor time of all threads so far, in user and kernel mode."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_seconds_of_threads(pid, **prefixes):
    """The same by kind of thread, as the beginning of its name says; of all others under "rest"."""
    seconds = dict.fromkeys([*prefixes, "rest"], 0.0)
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/stat", encoding="utf-8") as stat:
                name, fields = stat.read().split("(", 1)[1].rsplit(") ", 1)
        except OSError:
            continue  # It has ended in between.
        kind = next((kind for kind, prefix in prefixes.items() if name.startswith(prefix)), "rest")
        seconds[kind] += sum(map(int, fields.split()[11:13])) / TICKS
    return seconds


def _status_mib(pid, field):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field))


def resident_mib(pid):
    return _status_mib(pid, "VmRSS:")


def peak_resident_mib(pid):
    return _status_mib(pid, "VmHWM:")


def forget_peak(pid):
    with open(f"/proc/{pid}/clear_refs", "w", encoding="utf-8") as clear:
        clear.write("5")


def switches(pid):
    """How often its threads have waited so far: for work, for each other, for an answer."""
    count = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as status:
                count += next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt_switches:"))
        except OSError:
            pass  # The thread has ended in between.
    return count


class Cpu:
    """What some processes use while a block runs: `with Cpu(server=pid) as cpu: ...`, then cpu.seconds["server"]."""

    def __init__(self, **pids):
        self.pids = pids

    def __enter__(self):
        self.start = time.monotonic()
        self.before = {name: cpu_seconds(pid) for name, pid in self.pids.items()}
        self.switched_before = {name: switches(pid) for name, pid in self.pids.items()}
        return self

    def __exit__(self, *_):
        self.elapsed = time.monotonic() - self.start
        self.seconds = {name: cpu_seconds(pid) - self.before[name] for name, pid in self.pids.items()}
        self.switches = {name: switches(pid) - self.switched_before[name] for name, pid in self.pids.items()}

    def percent(self, name):
        """Of one core."""
        return self.seconds[name] / self.elapsed * 100
