"""CreateSession and SignUp beside the same rows by plain JDBC, as durable as theirs."""

from .. import load
from ..plot import Bar, Chart
from ..report import Row, Section, micros, millis, rate, share

CREATE_SESSION = "doorward.v1.SessionService/CreateSession"
SIGN_UP = "doorward.v1.PasswordService/SignUp"
IN_FLIGHT = 8
SIGN_UP_REQUEST = '{"email": "{{.UUID}}@example.com", "password": "correct horse battery"}'


def measure(bench):
    # The hash takes 25 ms by design and has a measurement of its own; here it is as cheap as it can be made.
    cheap = bench.start_server(password_memory_kib="8", password_iterations="1")
    sessions = load.limit(bench.limit("jdbc-session", IN_FLIGHT, bench.users), bench.seconds)
    sign_ups = load.limit(bench.limit("jdbc-sign-up", IN_FLIGHT), bench.seconds)

    def create_session():
        users = [{"userId": bench.user_id(1 + i * 7919 % bench.users)} for i in range(20_000)]
        return load.ghz(
            bench.server.port, CREATE_SESSION, users, bench.seconds, IN_FLIGHT, server=bench.server.pid, database=bench.mariadb
        )

    def sign_up():
        return load.ghz(
            cheap.port, SIGN_UP, SIGN_UP_REQUEST, bench.seconds, IN_FLIGHT, server=cheap.pid, database=bench.mariadb
        )

    contenders = {
        "session": create_session,
        "jdbc_session": lambda: sessions(database=bench.mariadb),
        "sign_up": sign_up,
        "jdbc_sign_up": lambda: sign_ups(database=bench.mariadb),
    }
    taken = bench.take_turns(**contenders)
    cheap.stop()
    session, plain_session, sign_up, plain_sign_up = taken.values()
    reached = session.rate / plain_session.rate >= 0.6
    return Section(
        name="writes",
        title="CreateSession and SignUp",
        how=f"ghz, {IN_FLIGHT} calls in flight on 4 connections, users at random; {bench.rounds} rounds of {bench.seconds} s. The"
        f" limit inserts the same rows by plain JDBC on {IN_FLIGHT} threads, one commit for each call's rows: session and event;"
        " user, account, session and three events. Every commit is on disk before it is answered, both ways. SignUp hashes with"
        " the least memory here, for the hash has its own measurement.",
        rows=[
            Row(
                "CreateSession", rate(session.rate), f"{rate(plain_session.rate)} (plain JDBC)",
                share(session.rate / plain_session.rate), "≥ 60 % of plain durable inserts at the same concurrency", reached,
                "The load generator shares the cores with the server and takes more of them than the server does; plain JDBC is"
                " its own client. CreateSession also locks the user's row, so that a concurrent disable waits.",
            ),
            Row("CreateSession: server CPU, MariaDB CPU a call", f"{micros(session.cpu['server'])}, {micros(session.cpu['database'])}",
                f"{micros(plain_session.cpu['client'])}, {micros(plain_session.cpu['database'])} (plain JDBC)"),
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
