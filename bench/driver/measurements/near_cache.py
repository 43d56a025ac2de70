"""Validation in process, by JMH, beside the hash and the look into a map that it can't do without."""

import json
import os
import subprocess

from ..plot import Bar, Chart
from ..report import Row, Section, times

GOALS = {10_000: 600, 100_000: 1_500}
THREADS = (1, 16)
BYTES = 100


def measure(bench):
    sizes = list(GOALS)[:1] if bench.short else list(GOALS)
    found = {}
    for threads in THREADS:
        found.update(run(bench, threads, sizes))
    return Section(
        name="near-cache",
        title="Validation in process",
        how="JMH: a hit of the near cache, from the token's text on, beside that hash, one look into a ConcurrentHashMap, and one at the clock. 16"
        f" threads on {os.cpu_count()} cores take turns, so without contention a hit takes {16 / os.cpu_count():.0f} times as long as alone.",
        rows=[row for entries in sizes for row in rows(found, entries)],
        plots=[
            Chart(
                "near-cache", "Validation in process, one thread", "ns a hit, less is better",
                [
                    Bar(f"{label}, {entries:,} entries", found[name, entries, 1].nanos, name == "nearCache")
                    for entries in sizes
                    for name, label in (
                        ("nearCache", "near cache"), ("hashMapAndClock", "hash, map and clock"), ("hashAndMap", "hash and map"),
                        ("hashAlone", "hash alone"),
                    )
                ],
            )
        ],
    )


def rows(found, entries):
    one, many = THREADS
    ours, bare, clocked, alone = (
        found[name, entries, one] for name in ("nearCache", "hashAndMap", "hashMapAndClock", "hashAlone")
    )
    crowded, bare_crowded = (found[name, entries, many] for name in ("nearCache", "hashAndMap"))
    slower, bare_slower = crowded.nanos / ours.nanos, bare_crowded.nanos / bare.nanos
    goal = GOALS[entries]
    return [
        Row(
            f"a hit among {entries:,}", nanos(ours.nanos), f"{nanos(bare.nanos)} (hash and map)",
            times(ours.nanos / bare.nanos), "≤ 1.3 × hash plus bare lookup", ours.nanos <= 1.3 * bare.nanos,
            "What stands between the two is the clock, which has to be read after the entry was found: that is what a revocation's"
            " bound hangs on (rule 3 in NearCache). Its instruction waits until everything before it is done, so the next look into"
            " memory can't begin in the meantime as it does without.",
        ),
        Row(
            f"a hit among {entries:,}", nanos(ours.nanos), f"{nanos(clocked.nanos)} (hash, map and clock)",
            times(ours.nanos / clocked.nanos),
        ),
        Row(
            f"a hit among {entries:,}", nanos(ours.nanos), f"{nanos(alone.nanos)} (hash alone)", "",
            f"≤ {goal / 1000:g} µs, the hash included", ours.nanos <= goal,
        ),
        Row(
            f"a hit among {entries:,}, {many} threads", nanos(crowded.nanos), f"{nanos(bare_crowded.nanos)} (hash and map)",
            f"{times(slower)} one thread's; the map's {times(bare_slower)}", f"no lock contention over {many} threads",
            slower <= 1.25 * many / os.cpu_count(),
        ),
        Row(
            f"allocated by a hit among {entries:,}", f"{ours.bytes:.0f} bytes", f"{bare.bytes:.0f} bytes (hash and map)", "",
            f"≤ {BYTES} bytes", ours.bytes <= BYTES,
        ),
    ]


def nanos(value):
    return f"{value:,.0f} ns"


class Score:
    def __init__(self, result):
        self.nanos = result["primaryMetric"]["score"]
        self.bytes = result["secondaryMetrics"]["gc.alloc.rate.norm"]["score"]


def run(bench, threads, sizes):
    """Scores by benchmark, entries and threads."""
    out = os.path.join(bench.directory, f"jmh-{threads}.json")
    effort = "-f 1 -wi 1 -i 2 -w 1 -r 1" if bench.short else "-f 2 -wi 3 -i 5 -w 1 -r 1"
    subprocess.run(
        ["java", "org.openjdk.jmh.Main", "NearCacheBenchmark", "-t", str(threads), *effort.split(),
         "-p", f"entries={','.join(map(str, sizes))}", "-prof", "gc", "-rf", "json", "-rff", out, "-o", out + ".log"],
        check=True,
    )
    with open(out, encoding="utf-8") as file:
        return {
            (result["benchmark"].rsplit(".", 1)[1], int(result["params"]["entries"]), threads): Score(result)
            for result in json.load(file)
        }
