"""ValidateSession with a read of the database each time, beside that read by plain JDBC; and in batches."""

from .. import load
from ..bench import VALIDATE
from ..plot import Bar, Chart
from ..report import Row, Section, micros, millis, rate, share, times

BATCH = "doorward.v1.SessionService/BatchValidateSessions"
IN_FLIGHT = 8
BATCH_SIZE = 100


def measure(bench):
    jdbc = load.limit(bench.limit("jdbc-validation", IN_FLIGHT, bench.sessions), bench.seconds)
    mybatis = load.limit(bench.limit("mybatis-validation", IN_FLIGHT, bench.sessions), bench.seconds)

    def calls(process, **pids):
        return load.ghz(process.port, VALIDATE, bench.validations(), bench.seconds, IN_FLIGHT, **pids)

    def batches():
        tokens = [request["sessionToken"] for request in bench.validations(count=30_000)]
        requests = [{"sessionTokens": tokens[i : i + BATCH_SIZE]} for i in range(0, len(tokens), BATCH_SIZE)]
        return load.ghz(
            bench.server.port, BATCH, requests, bench.seconds, IN_FLIGHT, server=bench.server.pid, database=bench.mariadb
        )

    contenders = {
        "doorward": lambda: calls(bench.server, server=bench.server.pid, database=bench.mariadb),
        "echo": lambda: calls(bench.echoes["pool"], server=bench.echoes["pool"].pid),
        "jdbc": lambda: jdbc(database=bench.mariadb),
        "mybatis": lambda: mybatis(database=bench.mariadb),
        "batch": batches,
    }
    taken = bench.take_turns(**contenders)
    ours, echo, jdbc, mybatis, batch = taken.values()
    cost, reads = ours.cpu["server"], ours.cpu["database"]
    allowed = echo.cpu["server"] + mybatis.cpu["client"]
    plain = jdbc.cpu["database"]
    singles = BATCH_SIZE * (cost + reads)
    batch_cost = batch.cpu["server"] + batch.cpu["database"]
    return Section(
        name="fresh",
        title="ValidateSession with CONSISTENCY_FRESH",
        how=f"ghz, {IN_FLIGHT} calls in flight on 4 connections, sessions at random among {bench.sessions:,}; {bench.rounds}"
        f" rounds of {bench.seconds} s. The limits: the echo on a pool under the same load, and the same prepared statement on"
        f" {IN_FLIGHT} threads by plain JDBC and by MyBatis. (ghz costs more than the server; throughput and latency are with"
        " it on the same cores.)",
        rows=[
            Row(
                "server CPU a call", micros(cost),
                f"{micros(allowed)} = {micros(echo.cpu['server'])} (echo) + {micros(mybatis.cpu['client'])} (MyBatis)",
                times(cost / allowed), "≤ echo + MyBatis's client CPU + 25 %", cost / allowed <= 1.25,
                "Beyond echo and MyBatis, a call that reads pays for the way to a worker and back, the pool of connections, and"
                " the guard that can stop its statement; most of MyBatis's part here is mapping the row by"
                " reflection, which Doorward does by the places of the columns. Why the same statement costs MariaDB more at this"
                " lower rate is not explained yet.",
            ),
            Row(
                "MariaDB CPU a call", micros(reads), f"{micros(plain)} (plain JDBC), {micros(mybatis.cpu['database'])} (MyBatis)",
                times(reads / plain), "≤ 1.15 × plain JDBC; one statement", reads / plain <= 1.15,
            ),
            Row("client CPU of JDBC alone, of MyBatis", f"{micros(jdbc.cpu['client'])}, {micros(mybatis.cpu['client'])}"),
            Row("throughput", rate(ours.rate), f"{rate(jdbc.rate)} (plain JDBC), {rate(echo.rate)} (echo)", share(ours.rate / jdbc.rate)),
            Row("p50", millis(ours.p50), f"{millis(jdbc.p50)} (plain JDBC), {millis(echo.p50)} (echo)"),
            Row("p99", millis(ours.p99), f"{millis(jdbc.p99)} (plain JDBC), {millis(echo.p99)} (echo)"),
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
                 Bar("MyBatis, client", mybatis.cpu["client"]), Bar("plain JDBC, client", jdbc.cpu["client"])],
                1.25 * allowed, "goal: echo + MyBatis + 25 %",
            ),
            Chart(
                "fresh-database-cpu", "ValidateSession FRESH: MariaDB CPU a call", "µs a call, less is better",
                [Bar("Doorward", reads, ours=True), Bar("MyBatis", mybatis.cpu["database"]), Bar("plain JDBC", plain)],
                1.15 * plain, "goal: 1.15 × plain JDBC",
            ),
        ],
    )
