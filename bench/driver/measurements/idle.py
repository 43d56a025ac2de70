"""What a server costs that nobody calls: its feed of revocations looks into the database ten times a second."""

import time

from ..processes import Cpu
from ..report import Row, Section


def measure(bench):
    seconds = 5 if bench.short else 60
    server = bench.start_server()
    time.sleep(2 if bench.short else 20)  # Until its compilers are done with the start.
    with Cpu(server=server.pid) as cpu:
        time.sleep(seconds)
    own = cpu.seconds["server"] / cpu.elapsed * 100
    # All servers that are up look into the same database: what one more costs it is the difference.
    with_it = mariadb_share(bench, seconds)
    server.stop()
    without = mariadb_share(bench, seconds)
    theirs = max(0.0, with_it - without)
    return Section(
        name="idle",
        title="A server that nobody calls",
        how=f"Processor time over {seconds} s, in percent of one core; of MariaDB what one server more adds.",
        rows=[
            Row("server", f"{own:.2f} %"),
            Row("MariaDB, for one server", f"{theirs:.2f} %", f"{without:.2f} % (without it)"),
            Row("both", f"{own + theirs:.2f} %", "", "", "≤ 1 % of a core per server, on server and database together",
                own + theirs <= 1, "The feed's one statement, ten times a second, and the JVM's own timers."),
        ],
    )


def mariadb_share(bench, seconds):
    with Cpu(database=bench.mariadb) as cpu:
        time.sleep(seconds)
    return cpu.seconds["database"] / cpu.elapsed * 100
