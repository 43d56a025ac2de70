"""How long a start takes, and what a server weighs."""

import os
import socket
import statistics
import time

from ..bench import HEAP
from ..plot import Bar, Chart
from ..processes import Process, resident_mib
from ..report import Row, Section


def measure(bench):
    archive = os.path.join(bench.directory, "server.jsa")
    with bench.program("Serving") as serving:
        serving.answer()
        once(bench, serving, [f"-XX:ArchiveClassesAtExit={archive}"])
        plain, shared, idle = [], [], []
        for _ in range(bench.rounds):
            plain.append(once(bench, serving, [])[0])
            took, weight = once(bench, serving, [f"-XX:SharedArchiveFile={archive}"])
            shared.append(took)
            idle.append(weight)
        first = first_start(bench, serving)
    plain, shared, idle = (statistics.median(values) for values in (plain, shared, idle))
    loaded = getattr(bench, "loaded_mib", None)
    return Section(
        name="start",
        title="Start and weight",
        how=f"The production jar on a MariaDB that runs, its schema up to date: from the process' start until health says"
        f" SERVING, {bench.rounds} starts. Class data sharing: an archive that the JVM wrote at the end of an earlier run. Resident"
        f" memory with -Xmx{HEAP}, idle two seconds after its start, and after the load of the first measurement.",
        rows=[
            Row("start to SERVING", f"{plain:.0f} ms", "740 ms (a sketch of server, pool and MyBatis)", "", "≤ 1.2 s on JDK 17", plain <= 1200,
                "Most of a start is loading and linking classes of gRPC, Flyway, MyBatis and the connector."),
            Row("start to SERVING, with class data sharing", f"{shared:.0f} ms", "390 ms (the sketch)", "",
                "≤ 0.7 s with class data sharing", shared <= 700),
            Row("first start with an embedded MariaDB, which is made then", f"{first:.0f} ms"),
            Row("resident, idle", f"{idle:.0f} MiB", "112 MiB (the sketch)", "", "≤ 150 MB idle", idle <= 150),
            *([Row("resident, after full validation load", f"{loaded:.0f} MiB", "176 MiB (the sketch)", "",
                   "≤ 250 MB under full validation load, caches apart", loaded <= 250)] if loaded else []),
        ],
        plots=[
            Chart("start", "From the start of the process to SERVING", "ms, less is better",
                  [Bar("Doorward", plain, True), Bar("with class data sharing", shared, True)], 1200, "goal: 1.2 s; shared 0.7 s"),
        ],
    )


def once(bench, serving, options):
    """Milliseconds to SERVING, and MiB resident a little later."""
    command = ["java", f"-Xmx{HEAP}", *options, "-jar", bench.jar, "serve", "--config", bench.connection]
    return started(bench, serving, command, settles_seconds=2)


def first_start(bench, serving):
    data = os.path.join(bench.directory, "first")
    return started(bench, serving, ["java", "dev.doorward.development.Development", "dev", "--data", data])[0]


def started(bench, serving, command, settles_seconds=0):
    port = free_port()
    start = time.time() * 1e3
    with Process(command, bench.log("start"), {"DOORWARD_SERVER_PORT": str(port)}, answers=False) as server:
        answer = serving.ask(port)
        if answer == "never":
            server.stop()
            server.fail()
        time.sleep(settles_seconds)
        return int(answer) - start, resident_mib(server.pid)


def free_port():
    """Known before the start, so that whoever waits for it need not read a log."""
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]
