"""CreateSession and SignUp beside the same rows by plain JDBC, as durable as theirs."""

from .. import load
from ..plot import Bar, Chart
from ..report import Row, Section, micros, millis, rate, share, times

IN_FLIGHT = 8


def measure(bench):
    # The hash takes 25 ms by design and has a measurement of its own; here it is as cheap as it can be made.
    cheap = bench.start_server(password_memory_kib="8", password_iterations="1")
    sessions = bench.load("call-session", IN_FLIGHT, f"127.0.0.1:{bench.server.port}", bench.users)
    plain_sessions = bench.load("jdbc-session", IN_FLIGHT, bench.connection, bench.users)
    sign_ups = bench.load("call-sign-up", IN_FLIGHT, f"127.0.0.1:{cheap.port}")
    plain_sign_ups = bench.load("jdbc-sign-up", IN_FLIGHT, bench.connection)
    echoed = bench.load("call-validation", IN_FLIGHT, f"127.0.0.1:{bench.echoes['pool'].port}", bench.sessions)
    pace = load.Pace()
    contenders = {
        "session": lambda: pace.set_by(sessions, server=bench.server.pid, database=bench.mariadb),
        "jdbc_session_paced": lambda: pace.kept_by(plain_sessions, database=bench.mariadb),
        "echo": lambda: pace.kept_by(echoed, server=bench.echoes["pool"].pid),
        "jdbc_session": lambda: plain_sessions(database=bench.mariadb),
        "sign_up": lambda: sign_ups(server=cheap.pid, database=bench.mariadb),
        "jdbc_sign_up": lambda: plain_sign_ups(database=bench.mariadb),
    }
    taken = bench.take_turns(**contenders)
    cheap.stop()
    session, plain_paced, echo, plain_session, sign_up, plain_sign_up = taken.values()
    cpu, plain_cpu, echo_cpu = (sum(sample.cpu.values()) for sample in (session, plain_paced, echo))
    reached = session.rate / plain_session.rate >= 0.6
    return Section(
        name="writes",
        title="CreateSession and SignUp",
        how=f"{IN_FLIGHT} calls in flight on 4 connections, users at random; {bench.rounds} rounds of {bench.seconds} s. The"
        f" limit inserts the same rows by plain JDBC on {IN_FLIGHT} threads, one commit for each call's rows: session and event;"
        " user, account, session and three events. Every commit is on disk before it is answered, both ways. SignUp hashes with"
        " the least memory here, for the hash has its own measurement.",
        rows=[
            Row(
                "CreateSession", rate(session.rate), f"{rate(plain_session.rate)} (plain JDBC)",
                share(session.rate / plain_session.rate), "≥ 60 % of plain durable inserts at the same concurrency", reached,
                "The client that calls shares the cores with the server; plain JDBC is its own client. CreateSession also locks the"
                " user's row, so that a concurrent disable waits, and its event gets its place in the log once it is committed: that is"
                " what MariaDB does more.",
            ),
            Row(
                "CreateSession: CPU a call of client, server and MariaDB together", micros(cpu),
                f"{micros(plain_cpu + echo_cpu)} = {micros(plain_cpu)} (plain JDBC) + {micros(echo_cpu)} (echo and its client), as often"
                " a second",
                times(cpu / (plain_cpu + echo_cpu)), "", None,
                "All of that shares the cores: an RPC alone costs about what the insert does.",
            ),
            Row(
                "CreateSession: MariaDB CPU a call", micros(session.cpu["database"]),
                f"{micros(plain_paced.cpu['database'])} (plain JDBC, as often a second)",
                times(session.cpu["database"] / plain_paced.cpu["database"]),
            ),
            Row("CreateSession: p50, p99", f"{millis(session.p50)}, {millis(session.p99)}",
                f"{millis(plain_session.p50)}, {millis(plain_session.p99)}"),
            Row("SignUp", rate(sign_up.rate), f"{rate(plain_sign_up.rate)} (plain JDBC)", share(sign_up.rate / plain_sign_up.rate)),
            Row("SignUp: server CPU, MariaDB CPU a call", f"{micros(sign_up.cpu['server'])}, {micros(sign_up.cpu['database'])}",
                f"{micros(plain_sign_up.cpu['client'])}, {micros(plain_sign_up.cpu['database'])} (plain JDBC)"),
            Row("SignUp: p50, p99", f"{millis(sign_up.p50)}, {millis(sign_up.p99)}",
                f"{millis(plain_sign_up.p50)}, {millis(plain_sign_up.p99)}"),
        ],
        plots=[
            Chart(
                "writes", "Durable writes, client on the same machine", "a second, more is better",
                [Bar("CreateSession", session.rate, True), Bar("its rows by plain JDBC", plain_session.rate),
                 Bar("SignUp", sign_up.rate, True), Bar("its rows by plain JDBC", plain_sign_up.rate)],
                0.6 * plain_session.rate, "goal: 60 % of its rows",
            )
        ],
    )
