"""What was measured where, with what, and when."""

import os
import platform
import re
import shutil
import subprocess
from datetime import datetime, timezone

from .bench import HEAP


def facts(bench):
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) / 2**20
    return {
        "machine": f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}",
        "Java": first_line(printed("java", "-version")) + f", -Xmx{HEAP} for server and echo",
        "MariaDB": mariadb_version(bench)
        + f", innodb_flush_log_at_trx_commit=1, buffer pool {bench.buffer_pool}, {bench.users:,} users, {bench.sessions:,} sessions",
        "clients": f"{printed('h2load', '--version')}, ghz {ghz_version()}, JMH 1.37",
        "rounds": f"{bench.rounds} of {bench.seconds} s, medians",
        "kind of run": "short: nothing but that all of it works" if bench.short else "full",
    }


def run(bench):
    """Which run a section is of."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    commit = printed("git", "describe", "--always", "--dirty")
    return f"*{now}, commit {commit}, {processor()}; {bench.load_average[0]:.1f} runnable on average over the minute before the run.*"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return re.search(r"model name\s*: (.*)", file.read()).group(1)


def ghz_version():
    """Of the module that it was built from: it says no more of itself than "dev" then."""
    return re.search(r"\tmod\t\S+\t(\S+)", printed("go", "version", "-m", shutil.which("ghz"))).group(1)


def mariadb_version(bench):
    with open(f"/proc/{bench.mariadb}/cmdline", encoding="utf-8") as file:
        binary = file.read().split("\0")[0]
    return re.search(r"mariadb-?([\d.]+)", binary).group(1)


def printed(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return (run.stdout + run.stderr).strip()


def first_line(text):
    return text.splitlines()[0].replace('"', "")
