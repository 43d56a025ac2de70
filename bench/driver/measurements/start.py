"""How long a start takes, and what a server weighs."""

import os
import socket
import statistics
import subprocess
import time
from dataclasses import dataclass

from ..bench import HEAP
from ..plot import Bar, Chart
from ..processes import Process, resident_mib
from ..report import Row, Section, rate

# For a machine with little memory.
SMALL = ["-XX:+UseSerialGC", "-Xmn32m"]

COUNTERS = {
    "finding, reading and defining classes": ["sun.cls.time"],
    "verifying and linking them": ["sun.cls.classVerifyTime.self", "sun.cls.classLinkedTime.self"],
    "compiling, on other threads": ["java.ci.totalTime"],
}


def measure(bench):
    archive = os.path.join(bench.directory, "server.jsa")
    with bench.program("Serving") as serving:
        serving.answer()
        once(bench, serving, [f"-XX:ArchiveClassesAtExit={archive}"])
        plain, shared = [], []
        for _ in range(bench.rounds):
            plain.append(once(bench, serving, []))
            shared.append(once(bench, serving, [f"-XX:SharedArchiveFile={archive}"]))
        first = first_start(bench, serving)
    small, reached = under_load(bench, SMALL)
    idle = statistics.median(start.resident_mib for start in shared)
    spent = {name: (middle(plain, name), middle(shared, name)) for name in plain[0].spent}
    plain, shared = (statistics.median(start.millis for start in starts) for starts in (plain, shared))
    loaded = getattr(bench, "loaded_mib", None)
    return Section(
        name="start",
        title="Start and weight",
        how=f"The production jar on a MariaDB that runs, its schema up to date: from the process' start until health says"
        f" SERVING, {bench.rounds} starts. Class data sharing: an archive that the JVM wrote at the end of an earlier run. Resident"
        f" memory with -Xmx{HEAP}, idle two seconds after its start, and after a load as in the first measurement.",
        rows=[
            Row("start to SERVING", f"{plain:.0f} ms", "740 ms (a sketch of server, pool and MyBatis)", "", "≤ 1.2 s on JDK 17", plain <= 1200,
                "What the JVM spends on classes, by its own counters, is the greater part of a start; class data sharing saves most of"
                " that. Its compilers run beside it and want the other core."),
            Row("start to SERVING, with class data sharing", f"{shared:.0f} ms", "390 ms (the sketch)", "",
                "≤ 0.7 s with class data sharing", shared <= 700),
            *(Row(f"{name}, without and with class data sharing", f"{without:.0f} ms, {with_it:.0f} ms")
              for name, (without, with_it) in spent.items()),
            Row("first start with an embedded MariaDB, which is made then", f"{first:.0f} ms"),
            Row("resident, idle", f"{idle:.0f} MiB", "112 MiB (the sketch)", "", "≤ 150 MB idle", idle <= 150),
            *([Row("resident, after full validation load", f"{loaded:.0f} MiB", "176 MiB (the sketch)", "",
                   "≤ 250 MB under full validation load, caches apart", loaded <= 250,
                   "The rest of it is room for what calls leave behind, which the default collector takes as long as the heap may grow;"
                   " a smaller one is collected more often.")] if loaded else []),
            Row(f"resident, after full validation load, with {' '.join(SMALL)}", f"{small:.0f} MiB, at {rate(reached)}", "176 MiB (the sketch)", "",
                "≤ 250 MB under full validation load, caches apart", small <= 250),
        ],
        plots=[
            Chart("start", "From the start of the process to SERVING", "ms, less is better",
                  [Bar("Doorward", plain, True), Bar("with class data sharing", shared, True)], 1200, "goal: 1.2 s; shared 0.7 s"),
        ],
    )


def under_load(bench, options):
    """MiB resident after a while, and how many calls a second there were in the end."""
    server = bench.start_server(options=options)
    for _ in range(bench.warm_up):
        sample = bench.h2load(server, "cached")
    weight = resident_mib(server.pid)
    server.stop()
    return weight, sample.rate


@dataclass
class Start:
    millis: float
    resident_mib: float
    spent: dict


def middle(starts, name):
    return statistics.median(start.spent[name] for start in starts)


def once(bench, serving, options):
    command = ["java", f"-Xmx{HEAP}", *options, "-jar", bench.jar, "serve", "--config", bench.connection]
    return started(bench, serving, command, settles_seconds=2)


def first_start(bench, serving):
    data = os.path.join(bench.directory, "first")
    return started(bench, serving, ["java", "dev.doorward.development.Development", "dev", "--data", data]).millis


def started(bench, serving, command, settles_seconds=0):
    port = free_port()
    start = time.time() * 1e3
    with Process(command, bench.log("start"), {"DOORWARD_SERVER_PORT": str(port)}, answers=False) as server:
        answer = serving.ask(port)
        if answer == "never":
            server.stop()
            server.fail()
        spent = counted(server.pid)
        time.sleep(settles_seconds)
        return Start(int(answer) - start, resident_mib(server.pid), spent)


def counted(pid):
    """What the JVM says that it has spent so far, in milliseconds."""
    printed = subprocess.run(["jcmd", str(pid), "PerfCounter.print"], capture_output=True, text=True, check=True).stdout
    counters = dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)
    ticks = int(counters["sun.os.hrt.frequency"]) / 1e3
    return {name: sum(int(counters[key]) for key in keys) / ticks for name, keys in COUNTERS.items()}


def free_port():
    """Known before the start, so that whoever waits for it need not read a log."""
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]
