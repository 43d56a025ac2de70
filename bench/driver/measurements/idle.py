"""What a server costs that nobody calls: its feed of revocations looks into the database all the time."""

import time

from ..processes import Cpu
from ..report import Row, Section

FOLLOWERS = 10
POLLS = "the feed's one statement, ten times a second, or every quarter of a second while nobody follows it"


def measure(bench):
    seconds = 5 if bench.short else 60
    server = bench.start_server()
    time.sleep(2 if bench.short else 60)  # Until its compilers are done with the start.
    alone, alone_there = shares(bench, server, seconds)
    with bench.program("Followers", f"127.0.0.1:{server.port}", FOLLOWERS) as followers:
        followers.answer()
        time.sleep(2 if bench.short else 20)
        followed, followed_there = shares(bench, server, seconds)
    server.stop()
    # All servers that are up look into the same database: what one more costs it is the difference.
    with Cpu(database=bench.mariadb) as without:
        time.sleep(seconds)
    rest = without.percent("database")
    alone_there, followed_there = max(0.0, alone_there - rest), max(0.0, followed_there - rest)
    return Section(
        name="idle",
        title="A server that nobody calls",
        how=f"Processor time over {seconds} s, in percent of one core; of MariaDB what one server more adds to"
        f" {rest:.2f} %. {FOLLOWERS} near caches follow the feed in the second case, ask how far it is every second, and"
        " validate nothing.",
        rows=[
            Row("server, MariaDB", f"{alone:.2f} %, {alone_there:.2f} %"),
            Row(
                "both", f"{alone + alone_there:.2f} %", "", "", "≤ 1 % of a core per server, on server and database together",
                alone + alone_there <= 1, f"What runs is {POLLS}; and the JVM's own timers.",
            ),
            Row(f"server, MariaDB, with {FOLLOWERS} near caches", f"{followed:.2f} %, {followed_there:.2f} %"),
            Row(f"both, with {FOLLOWERS} near caches", f"{followed + followed_there:.2f} %"),
        ],
    )


def shares(bench, server, seconds):
    """Of the server and of the database."""
    with Cpu(server=server.pid, database=bench.mariadb) as cpu:
        time.sleep(seconds)
    return cpu.percent("server"), cpu.percent("database")
