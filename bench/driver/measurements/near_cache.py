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
    found = {}
    for threads in THREADS:
        found.update(run(bench, threads))

    rows, plots = [], []
    for entries, goal in GOALS.items():
        for threads in THREADS:
            ours, bare, alone = (found[name, entries, threads] for name in ("nearCache", "hashAndMap", "hashAlone"))
            where = f"{entries:,} entries, {threads} thread" + ("s" if threads > 1 else "")
            rows.append(
                Row(
                    f"a hit, {where}", f"{ours.nanos:,.0f} ns", f"{bare.nanos:,.0f} ns (hash alone: {alone.nanos:,.0f} ns)",
                    times(ours.nanos / bare.nanos), "≤ 1.3 × hash plus bare lookup", ours.nanos / bare.nanos <= 1.3,
                )
            )  # fmt: skip
            if threads == 1:
                rows.append(
                    Row(
                        f"a hit, {where}", f"{ours.nanos:,.0f} ns", "", "", f"≤ {goal / 1000:g} µs, the hash included",
                        ours.nanos <= goal, "Among many entries a hit waits for memory: the key, the node and the entry are"
                        " three cache lines that are nowhere near.",
                    )
                )  # fmt: skip
        one, many = (found["nearCache", entries, threads].nanos for threads in THREADS)
        bare_one, bare_many = (found["hashAndMap", entries, threads].nanos for threads in THREADS)
        rows.append(
            Row(
                f"16 threads for one, {entries:,} entries", times(many / one), times(bare_many / bare_one), "",
                "no lock contention over 16 threads", many / one <= 1.25 * bare_many / bare_one,
            )
        )  # fmt: skip
        ours = found["nearCache", entries, 1]
        rows.append(
            Row(
                f"allocated by a hit, {entries:,} entries", f"{ours.bytes:.0f} bytes",
                f"{found['hashAndMap', entries, 1].bytes:.0f} bytes", "", f"≤ {BYTES} bytes", ours.bytes <= BYTES,
            )
        )  # fmt: skip
    plots.append(
        Chart(
            "near-cache", "Validation in process, one thread", "ns a hit, less is better",
            [
                Bar(f"{label}, {entries:,} entries", found[name, entries, 1].nanos, name == "nearCache")
                for entries in GOALS
                for name, label in (("nearCache", "near cache"), ("hashAndMap", "hash and map"), ("hashAlone", "hash alone"))
            ],
        )
    )  # fmt: skip
    return Section(
        "near-cache",
        "Validation in process",
        "JMH: a hit of the near cache, from the token's text on, beside that hash and one look into a ConcurrentHashMap. With"
        " 16 threads on fewer cores a hit takes longer by the wait for a core; that of the map says by how much.",
        rows,
        plots,
    )


class Score:
    def __init__(self, result):
        self.nanos = result["primaryMetric"]["score"]
        self.bytes = result["secondaryMetrics"]["gc.alloc.rate.norm"]["score"]


def run(bench, threads):
    """Scores by benchmark, entries and threads."""
    out = os.path.join(bench.directory, f"jmh-{threads}.json")
    effort = ["-f", "1", "-wi", "1", "-i", "2", "-w", "1", "-r", "1"] if bench.short else ["-f", "2", "-wi", "5", "-i", "5", "-w", "1", "-r", "2"]  # fmt: skip
    subprocess.run(
        ["java", "-cp", bench.classpath, "org.openjdk.jmh.Main", "NearCacheBenchmark", "-t", str(threads), *effort,
         "-prof", "gc", "-rf", "json", "-rff", out, "-o", out + ".log"],
        check=True,
    )  # fmt: skip
    with open(out, encoding="utf-8") as file:
        return {
            (result["benchmark"].rsplit(".", 1)[1], int(result["params"]["entries"]), threads): Score(result)
            for result in json.load(file)
        }
