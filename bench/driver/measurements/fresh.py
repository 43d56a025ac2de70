"""ValidateSession with a read of the database each time, beside that read by plain JDBC; and in batches."""

from concurrent.futures import ThreadPoolExecutor

from .. import load
from ..plot import Bar, Chart
from ..report import Row, Section, micros, millis, rate, share, times

BATCH = "doorward.v1.SessionService/BatchValidateSessions"
IN_FLIGHT = 8
BATCH_SIZE = 100


def measure(bench):
    jdbc = bench.load("jdbc-validation", IN_FLIGHT, bench.connection, bench.sessions)
    mybatis = bench.load("mybatis-validation", IN_FLIGHT, bench.connection, bench.sessions)
    calls = bench.load("call-validation", IN_FLIGHT, f"127.0.0.1:{bench.server.port}", bench.sessions)
    echoed = bench.load("call-validation", IN_FLIGHT, f"127.0.0.1:{bench.echoes['pool'].port}", bench.sessions)

    def batches():
        tokens = [request["sessionToken"] for request in bench.validations(count=30_000)]
        requests = [{"sessionTokens": tokens[i : i + BATCH_SIZE]} for i in range(0, len(tokens), BATCH_SIZE)]
        return load.ghz(
            bench.server.port, BATCH, requests, bench.seconds, IN_FLIGHT, server=bench.server.pid, database=bench.mariadb
        )

    pace = load.Pace()

    def jdbc_beside_echo():
        """What a call needs of everything, with nothing of Doorward's in it: the statement, and a call beside it."""
        with ThreadPoolExecutor(1) as beside:
            echo = beside.submit(pace.kept_by, echoed)
            sample = pace.kept_by(jdbc, database=bench.mariadb)
            echo.result()
        return sample

    contenders = {
        "doorward": lambda: pace.set_by(calls, server=bench.server.pid, database=bench.mariadb),
        "echo": lambda: pace.kept_by(echoed, server=bench.echoes["pool"].pid),
        "jdbc": lambda: pace.kept_by(jdbc, database=bench.mariadb),
        "jdbc_beside_echo": jdbc_beside_echo,
        "mybatis": lambda: pace.kept_by(mybatis, database=bench.mariadb),
        "fast_echo": lambda: echoed(server=bench.echoes["pool"].pid),
        "fast_jdbc": lambda: jdbc(database=bench.mariadb),
        "fast_mybatis": lambda: mybatis(database=bench.mariadb),
        "batch": batches,
    }
    taken = bench.take_turns(**contenders)
    ours, echo, jdbc, beside_echo, mybatis, fast_echo, fast_jdbc, fast_mybatis, batch = taken.values()
    cost, reads = ours.cpu["server"], ours.cpu["database"]
    allowed = echo.cpu["server"] + mybatis.cpu["client"]
    fast_allowed = fast_echo.cpu["server"] + fast_mybatis.cpu["client"]
    plain, fast_plain = jdbc.cpu["database"], fast_jdbc.cpu["database"]
    plain_beside_echo = beside_echo.cpu["database"]
    singles = BATCH_SIZE * (cost + reads)
    batch_cost = batch.cpu["server"] + batch.cpu["database"]
    return Section(
        name="fresh",
        title="ValidateSession with CONSISTENCY_FRESH",
        how=f"{IN_FLIGHT} calls in flight on 4 connections, sessions at random among {bench.sessions:,}; {bench.rounds}"
        f" rounds of {bench.seconds} s. The limits: the echo on a pool, and the same prepared statement on {IN_FLIGHT} threads by plain"
        " JDBC and by MyBatis, as often a second as Doorward, and as fast as they can. The client is grpc-java on the same cores,"
        " with its time in throughput and latency; batches come from ghz.",
        rows=[
            Row(
                "server CPU a call", micros(cost),
                f"{micros(allowed)} = {micros(echo.cpu['server'])} (echo) + {micros(mybatis.cpu['client'])} (MyBatis), as often a second",
                times(cost / allowed), "≤ echo + MyBatis's client CPU + 25 %", cost / allowed <= 1.25,
                "Whatever is called less often costs more each time, by plain JDBC as well: its threads sleep in between and have to be"
                " woken, in MariaDB too. So the limits that count are those at the rate that is left beside client and server on"
                " these cores; the others, which have the cores to themselves, stand below them.",
            ),
            Row(
                "server CPU a call", micros(cost),
                f"{micros(fast_allowed)} = {micros(fast_echo.cpu['server'])} (echo, {rate(fast_echo.rate)}) +"
                f" {micros(fast_mybatis.cpu['client'])} (MyBatis, {rate(fast_mybatis.rate)})",
                times(cost / fast_allowed),
            ),
            Row(
                "MariaDB CPU a call", micros(reads), f"{micros(plain)} (plain JDBC, as often a second)",
                times(reads / plain), "≤ 1.15 × plain JDBC; one statement", reads / plain <= 1.15,
                "MariaDB's time for a statement grows with whatever else runs on these cores, which takes its place in their caches: plain"
                " JDBC costs it more, too, while the echo is called as often beside it.",
            ),
            Row(
                "MariaDB CPU a call", micros(reads), f"{micros(plain_beside_echo)} (plain JDBC, and the echo beside it, as often a second)",
                times(reads / plain_beside_echo),
            ),
            Row("MariaDB CPU a call", micros(reads), f"{micros(fast_plain)} (plain JDBC, {rate(fast_jdbc.rate)})", times(reads / fast_plain)),
            Row(
                "throughput", rate(ours.rate), f"{rate(fast_jdbc.rate)} (plain JDBC), {rate(fast_echo.rate)} (echo)",
                share(ours.rate / fast_jdbc.rate),
            ),
            Row("p50", millis(ours.p50), f"{millis(fast_jdbc.p50)} (plain JDBC), {millis(fast_echo.p50)} (echo)"),
            Row("p99", millis(ours.p99), f"{millis(fast_jdbc.p99)} (plain JDBC), {millis(fast_echo.p99)} (echo)"),
            Row(
                f"BatchValidateSessions of {BATCH_SIZE}: server and MariaDB CPU", micros(batch_cost),
                f"{micros(singles)} ({BATCH_SIZE} single calls)", share(batch_cost / singles),
                f"≤ 25 % of the CPU of {BATCH_SIZE} single calls", batch_cost / singles <= 0.25,
            ),
        ],
        plots=[
            Chart(
                "fresh-cpu", "ValidateSession FRESH: server CPU a call", "µs a call, less is better",
                [Bar("Doorward", cost, ours=True), Bar("echo + MyBatis", allowed), Bar("echo on a pool", echo.cpu["server"]),
                 Bar("MyBatis", mybatis.cpu["client"]), Bar("plain JDBC", jdbc.cpu["client"])],
                1.25 * allowed, "goal: echo + MyBatis + 25 %",
            ),
            Chart(
                "fresh-database-cpu", "ValidateSession FRESH: MariaDB CPU a call", "µs a call, less is better",
                [Bar("Doorward", reads, ours=True), Bar("MyBatis", mybatis.cpu["database"]), Bar("plain JDBC", plain),
                 Bar("plain JDBC, echo beside it", plain_beside_echo)],
                1.15 * plain, "goal: 1.15 × plain JDBC",
            ),
        ],
    )
