"""python3 -m driver [--short] [MEASUREMENT...]: from the root of the repository, by bench/run."""

import argparse
import contextlib
import os
import time

from . import machine, report
from .bench import Bench
from .measurements import cached, fresh, growth, idle, near_cache, passwords, retention, revocation, start, writes

MEASUREMENTS = {
    "cached": cached,
    "fresh": fresh,
    "near-cache": near_cache,
    "revocation": revocation,
    "idle": idle,
    "start": start,
    "writes": writes,
    "passwords": passwords,
    "growth": growth,
    "retention": retention,
}


def main():
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--short", action="store_true", help="small data, few rounds: that everything works")
    parser.add_argument("--out", help="the directory to write to")
    parser.add_argument("measurements", nargs="*", metavar="MEASUREMENT", help=", ".join(MEASUREMENTS))
    arguments = parser.parse_args()
    for name in set(arguments.measurements) - set(MEASUREMENTS):
        parser.error(f"{name} (expected: {', '.join(MEASUREMENTS)})")
    out = arguments.out or ("bench/target/benchmarks" if arguments.short else "docs")
    load = os.getloadavg()
    began = time.monotonic()

    def say(text):
        print(f"[{time.monotonic() - began:5.0f} s] {text}", flush=True)

    with contextlib.ExitStack() as stack:
        bench = Bench(arguments.short, stack)
        bench.load_average = load
        say(f"MariaDB, {bench.users:,} users, {bench.sessions:,} sessions")
        bench.start_database()
        bench.fill(bench.connection, bench.users, bench.sessions, bench.passwords)
        say("server and echoes")
        bench.server = bench.start_server()
        bench.start_echoes()
        facts, run = machine.facts(bench), machine.run(bench)
        sections = []
        for name, measurement in MEASUREMENTS.items():
            if not arguments.measurements or name in arguments.measurements:
                say(name)
                sections.append(measurement.measure(bench))
                report.write(out, facts, run, sections, judged=not arguments.short)
        say(f"{out}/benchmarks.md")


main()
