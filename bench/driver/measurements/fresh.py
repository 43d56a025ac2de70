"""ValidateSession with a read of the database each time, beside that read by plain JDBC; and in batches."""

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

    paced = load.Paced(calls, jdbc)
    contenders = {
        "doorward": lambda: paced.round(server=bench.server.pid, database=bench.mariadb),
        "echo": lambda: echoed(server=bench.echoes["pool"].pid),
        "jdbc": lambda: jdbc(database=bench.mariadb),
        "jdbc_paced": lambda: paced.other_round(database=bench.mariadb),
        "mybatis": lambda: mybatis(database=bench.mariadb),
        "batch": batches,
    }
    taken = bench.take_turns(**contenders)
    ours, echo, jdbc, jdbc_paced, mybatis, batch = taken.values()
    cost, reads = ours.cpu["server"], ours.cpu["database"]
    allowed = echo.cpu["server"] + mybatis.cpu["client"]
    plain, plain_paced = jdbc.cpu["database"], jdbc_paced.cpu["database"]
    singles = BATCH_SIZE * (cost + reads)
    batch_cost = batch.cpu["server"] + batch.cpu["database"]
    return Section(
        name="fresh",
        title="ValidateSession with CONSISTENCY_FRESH",
        how=f"{IN_FLIGHT} calls in flight on 4 connections, sessions at random among {bench.sessions:,}; {bench.rounds}"
        f" rounds of {bench.seconds} s. The limits: the echo on a pool under the same load, and the same prepared statement on"
        f" {IN_FLIGHT} threads by plain JDBC and by MyBatis. The client is grpc-java on the same cores, with its time in throughput"
        " and latency; batches come from ghz.",
        rows=[
            Row(
                "server CPU a call", micros(cost),
                f"{micros(allowed)} = {micros(echo.cpu['server'])} (echo) + {micros(mybatis.cpu['client'])} (MyBatis)",
                times(cost / allowed), "≤ echo + MyBatis's client CPU + 25 %", cost / allowed <= 1.25,
                "Beyond echo and MyBatis, a call that reads pays for the way to a worker and back, the pool of connections, and"
                " the guard that can stop its statement; most of MyBatis's part here is mapping the row by"
                " reflection, which Doorward does by the places of the columns.",
            ),
            Row(
                "MariaDB CPU a call", micros(reads), f"{micros(plain_paced)} (plain JDBC, as often a second)",
                times(reads / plain_paced), "≤ 1.15 × plain JDBC; one statement", reads / plain_paced <= 1.15,
                "JDBC alone, with both cores to itself, finds MariaDB's threads awake; at the rate that is left beside client and"
                " server, each statement has to wake one, by JDBC too.",
            ),
            Row(
                "MariaDB CPU a call", micros(reads),
                f"{micros(plain)} (plain JDBC at {rate(jdbc.rate)}), {micros(mybatis.cpu['database'])} (MyBatis at {rate(mybatis.rate)})",
                times(reads / plain),
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
                [Bar("Doorward", reads, ours=True), Bar("plain JDBC, as often a second", plain_paced),
                 Bar("MyBatis at full speed", mybatis.cpu["database"]), Bar("plain JDBC at full speed", plain)],
                1.15 * plain_paced, "goal: 1.15 × plain JDBC",
            ),
        ],
    )
