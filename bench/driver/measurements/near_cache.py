"""Validation in process, by JMH, beside the hash and the look into a map that it can't do without."""

import json
import os
import statistics
import subprocess

from ..plot import Bar, Chart
from ..report import Row, Section, times

GOALS = {10_000: 600, 100_000: 1_500}
CORES = os.cpu_count()
THREADS = (1, CORES, 16)
BYTES = 100


def measure(bench):
    sizes = list(GOALS)[:1] if bench.short else list(GOALS)
    found = {}
    for threads in THREADS:
        found.update(run(bench, threads, sizes))
    return Section(
        name="near-cache",
        title="Validation in process",
        how="JMH: a hit of the near cache, from the token's text on, beside that hash, one look into a ConcurrentHashMap, and one at the clock. As"
        f" many threads as cores run at once; 16 take turns on {CORES}, so that a hit's time says more of the scheduler than of the cache. What"
        " says whether they stand in each other's way is how often one had to wait for another, as the JVM counts it.",
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
    one, cores, many = THREADS
    ours, bare, clocked, alone = (
        found[name, entries, one] for name in ("nearCache", "hashAndMap", "hashMapAndClock", "hashAlone")
    )
    beside, crowded = found["nearCache", entries, cores], found["nearCache", entries, many]
    bare_crowded = found["hashAndMap", entries, many]
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
            f"a hit among {entries:,}, {cores} threads on {cores} cores", nanos(beside.nanos), f"{nanos(ours.nanos)} (one thread)",
            times(beside.nanos / ours.nanos),
        ),
        Row(
            f"a hit among {entries:,}, {many} threads: waits of a thread in a second", f"{crowded.waits:.1f}",
            f"{bare_crowded.waits:.1f} (hash and map; JMH lets each wait for the others at the end)", "",
            f"no lock contention over {many} threads", crowded.waits <= bare_crowded.waits + 0.5,
        ),
        Row(f"a hit among {entries:,}, {many} threads", nanos(crowded.nanos), f"{nanos(bare_crowded.nanos)} (hash and map)"),
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
        waits = result["secondaryMetrics"].get("waits")
        # Of each iteration, which lasts a second, the sum over all threads.
        self.waits = statistics.mean(sum(waits["rawData"], [])) / result["threads"] if waits else 0.0


def run(bench, threads, sizes):
    """Scores by benchmark, entries and threads."""
    out = os.path.join(bench.directory, f"jmh-{threads}.json")
    # What stands beside it is of interest for one thread alone, but for the look into a map.
    what = "NearCacheBenchmark" if threads == 1 else r"NearCacheBenchmark\.(nearCache|hashAndMap)$"
    effort = "-f 1 -wi 1 -i 2 -w 1 -r 1" if bench.short else "-f 2 -wi 3 -i 5 -w 1 -r 1"
    subprocess.run(
        ["java", "org.openjdk.jmh.Main", what, "-t", str(threads), *effort.split(),
         "-p", f"entries={','.join(map(str, sizes))}", "-prof", "gc", "-rf", "json", "-rff", out, "-o", out + ".log"],
        check=True,
    )
    with open(out, encoding="utf-8") as file:
        return {
            (result["benchmark"].rsplit(".", 1)[1], int(result["params"]["entries"]), threads): Score(result)
            for result in json.load(file)
        }
